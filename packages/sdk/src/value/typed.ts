import { isTyped, TYPED } from './brand.ts'
import { isWhole } from './decimal.ts'
import { NumberLiteral } from './number.ts'

/** The types of typed values, each with the type of its content. */
interface TypedValues {
  Uri: string
  Path: string
  DType: string
  /** Bytes. */
  StorageSize: number | bigint | NumberLiteral
}

export type TypeName = keyof TypedValues

/** A typed value, made by `uri`, `path`, `dtype` or `storageSize`. */
export class Typed<Type extends TypeName = TypeName> {
  readonly type: Type
  readonly value: TypedValues[Type]

  constructor(type: Type, value: TypedValues[Type]) {
    this.type = type
    this.value = value
  }

  /** Whether a value is typed, whichever copy of this package made it. */
  static is(value: unknown): value is Typed {
    return isTyped(value)
  }

  get [TYPED](): true {
    return true
  }

  /** Its content as text. */
  toString(): string {
    return String(this.value)
  }

  /** `JSON.stringify` writes only the content. */
  toJSON(): unknown {
    return NumberLiteral.is(this.value) ? this.value.text : this.value
  }
}

/** Creates and recognises values of one type. */
export interface TypedMaker<Type extends TypeName> {
  (value: TypedValues[Type]): Typed<Type>
  /** Whether a value is of this type. */
  is(value: unknown): value is Typed<Type>
}

function maker<Type extends TypeName>(
  type: Type,
  check: (value: TypedValues[Type]) => TypedValues[Type],
): TypedMaker<Type> {
  const make = (value: TypedValues[Type]): Typed<Type> => new Typed(type, check(value))
  const is = (value: unknown): value is Typed<Type> => Typed.is(value) && value.type === type
  return Object.assign(make, { is })
}

const string =
  (name: string) =>
  (value: string): string => {
    if (typeof value !== 'string') throw new TypeError(`${name}: must be a string`)
    return value
  }

function bytes(value: number | bigint | NumberLiteral): number | bigint | NumberLiteral {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || NumberLiteral.is(value)
  if (!isNumber) throw new TypeError('storageSize: must be a number or a bigint')
  if (!isWhole(String(value))) throw new RangeError('storageSize: must be a whole number of bytes, 0 or more')
  return value
}

/**
 * A URI. `uri.is(value)` recognises one that was read.
 *
 * ```ts
 * await logMetadata({ metadata: { dataset: uri('s3://bucket/iris.csv') } })
 * ```
 *
 * @throws TypeError if it is not a string
 */
export const uri: TypedMaker<'Uri'> = /* @__PURE__ */ maker('Uri', string('uri'))

/** A path in a file system. @throws TypeError if it is not a string */
export const path: TypedMaker<'Path'> = /* @__PURE__ */ maker('Path', string('path'))

/** The type of an array's elements, such as `float32`. @throws TypeError if it is not a string */
export const dtype: TypedMaker<'DType'> = /* @__PURE__ */ maker('DType', string('dtype'))

/**
 * A size in bytes.
 *
 * @throws TypeError if it is not a number
 * @throws RangeError if it is not an integer, or less than 0
 */
export const storageSize: TypedMaker<'StorageSize'> = /* @__PURE__ */ maker('StorageSize', bytes)
