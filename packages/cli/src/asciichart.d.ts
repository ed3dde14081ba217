declare module 'asciichart' {
  interface PlotConfig {
    readonly min: number
    readonly max: number
    readonly height?: number
    readonly format?: (value: number, index: number) => string
  }
  export function plot(series: readonly number[], config?: PlotConfig): string
}
