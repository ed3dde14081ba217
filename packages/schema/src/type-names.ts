/** The types of typed values, each with the JSON kind of its values. */
export const TYPE_KINDS = {
  Uri: 'string',
  Path: 'string',
  DType: 'string',
  StorageSize: 'whole number of bytes, 0 or more',
} as const

export type TypeName = keyof typeof TYPE_KINDS

export const isTypeName = (name: string): name is TypeName => Object.hasOwn(TYPE_KINDS, name)
