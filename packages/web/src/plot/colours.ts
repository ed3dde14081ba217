import { isDark } from '../ui/media.ts'

/** The hues of runs; neighbours in this list differ clearly. The theme sets the lightness. */
const HUES = [230, 25, 145, 325, 85, 190, 280, 5, 165, 55, 250, 110, 300, 35, 205, 340, 125, 265, 70, 15]
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]]

export const colourOf = (index: number): string =>
  `hsl(${HUES[index % HUES.length]} ${isDark.value ? '75% 68%' : '70% 40%'})`

/** The dash pattern of a run's line, so that lines also differ without colour. */
export const dashOf = (index: number): number[] => DASHES[Math.floor(index / 5) % DASHES.length] ?? []
