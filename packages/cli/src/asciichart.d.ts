declare module 'asciichart' {
  interface PlotConfig {
    readonly height?: number
    readonly format?: (value: number, index: number) => string
  }
  function plot(series: readonly number[], config?: PlotConfig): string

  export { type PlotConfig, plot }

  const asciichart: { readonly plot: typeof plot }
  export default asciichart
}
