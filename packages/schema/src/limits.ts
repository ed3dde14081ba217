const KIB = 1024
const MIB = 1024 * KIB

/** The limits in force, as `GET /v1/limits` serves them. Bytes are UTF-8. */
export const LIMITS = {
  /** A metadata key. */
  keyBytes: 512,
  /** A run's name, a pipeline's and a step's, in Unicode code points. */
  nameCharacters: 255,
  /** One value as JSON without insignificant whitespace. */
  valueBytes: MIB,
  /** The body of one log, as sent. */
  logBytes: 4 * MIB,
  /** The body of one log as a JSON string. Lambda receives it that way, in a payload of up to 6 MB. */
  logBytesAsString: 5.5 * MIB,
  keysPerLog: 10_000,
  keysPerRun: 100_000,
  runBytes: 32 * MIB,
  /** Brackets within one value; a scalar has 0. */
  nesting: 64,
} as const

export type Limits = Readonly<Record<keyof typeof LIMITS, number>>
