import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type list from './us-east-1.json'

/** A list of prices, which users can replace. */
export type PriceList = typeof list
export type PriceName = keyof PriceList['prices']

/**
 * Reads the list of a region, or another file.
 * @throws if it does not exist
 */
export async function readPrices(region: string, file?: string): Promise<PriceList> {
  const path = file ?? fileURLToPath(new URL(`${region}.json`, import.meta.url))
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(
      `${path}: there is no price list; copy bench/cost/us-east-1.json, and put in the prices of your region`,
    )
  })
  return JSON.parse(text) as PriceList
}

export const priceOf = (list: PriceList, name: PriceName): number => {
  const found = list.prices[name]
  if (typeof found?.price !== 'number') throw new Error(`the price list has no price ${name}`)
  return found.price
}
