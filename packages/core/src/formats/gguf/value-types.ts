/** The types of metadata values; the index is the type's number in the file. */
export const valueTypes = [
  { name: "uint8", sizeBytes: 1 },
  { name: "int8", sizeBytes: 1 },
  { name: "uint16", sizeBytes: 2 },
  { name: "int16", sizeBytes: 2 },
  { name: "uint32", sizeBytes: 4 },
  { name: "int32", sizeBytes: 4 },
  { name: "float32", sizeBytes: 4 },
  { name: "bool", sizeBytes: 1 },
  { name: "string", sizeBytes: undefined },
  { name: "array", sizeBytes: undefined },
  { name: "uint64", sizeBytes: 8 },
  { name: "int64", sizeBytes: 8 },
  { name: "float64", sizeBytes: 8 },
] as const;

export type ValueTypeName = (typeof valueTypes)[number]["name"];

/** 64-bit integers beyond 2^53 are bigints, all others numbers. */
export type GgufScalar = string | number | bigint | boolean;

/** An array that was stepped over: where it lies, to be decoded when asked for. */
export interface GgufArray {
  readonly elementType: Exclude<ValueTypeName, "array">;
  readonly length: number;
  /** Of the first element, from the start of the file. */
  readonly offset: number;
}

export interface GgufValue {
  readonly type: ValueTypeName;
  readonly value: GgufScalar | GgufArray;
}
