/** The types that stand beside plain JSON values, each with the JSON kind it is written in. */
export const TYPE_KINDS = {
  Uri: 'string',
  Path: 'string',
  DType: 'string',
  StorageSize: 'whole number of bytes, 0 or more',
} as const

export type TypeName = keyof typeof TYPE_KINDS

export const isTypeName = (name: string): name is TypeName => Object.hasOwn(TYPE_KINDS, name)
