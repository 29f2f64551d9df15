type Koffi = typeof import("koffi").default;
type KoffiFunction = ((...values: readonly unknown[]) => unknown) & { async(...values: readonly unknown[]): void };

/** An address in native memory; 0 is none. */
export type Address = bigint;

/** Positions in OrtApi, a struct of functions that only ever grows at its end (onnxruntime_c_api.h), with their parameters. */
const functions = {
  GetErrorMessage: [2, "str", "void *status"],
  CreateEnv: [3, "void *", "int level, str name, _Out_ void **env"],
  CreateSession: [7, "void *", `void *env, ${process.platform === "win32" ? "str16" : "str"} path, void *options, _Out_ void **session`],
  Run: [
    9,
    "void *",
    "void *session, void *runOptions, void *inputNames, void *inputs, size_t inputCount, void *outputNames, size_t outputCount, void *outputs",
  ],
  CreateSessionOptions: [10, "void *", "_Out_ void **options"],
  DisableMemPattern: [17, "void *", "void *options"],
  SetSessionLogSeverityLevel: [22, "void *", "void *options, int level"],
  SetSessionGraphOptimizationLevel: [23, "void *", "void *options, int level"],
  SetIntraOpNumThreads: [24, "void *", "void *options, int threads"],
  SessionGetInputCount: [30, "void *", "void *session, _Out_ size_t *count"],
  SessionGetOutputCount: [31, "void *", "void *session, _Out_ size_t *count"],
  SessionGetOverridableInitializerCount: [32, "void *", "void *session, _Out_ size_t *count"],
  SessionGetInputTypeInfo: [33, "void *", "void *session, size_t index, _Out_ void **info"],
  SessionGetOutputTypeInfo: [34, "void *", "void *session, size_t index, _Out_ void **info"],
  SessionGetOverridableInitializerTypeInfo: [35, "void *", "void *session, size_t index, _Out_ void **info"],
  SessionGetInputName: [36, "void *", "void *session, size_t index, void *allocator, _Out_ void **name"],
  SessionGetOutputName: [37, "void *", "void *session, size_t index, void *allocator, _Out_ void **name"],
  SessionGetOverridableInitializerName: [38, "void *", "void *session, size_t index, void *allocator, _Out_ void **name"],
  CreateRunOptions: [39, "void *", "_Out_ void **options"],
  RunOptionsSetTerminate: [46, "void *", "void *options"],
  CreateTensorAsOrtValue: [48, "void *", "void *allocator, void *shape, size_t dimensions, int type, _Out_ void **value"],
  CreateTensorWithDataAsOrtValue: [49, "void *", "void *memory, void *data, size_t bytes, void *shape, size_t dimensions, int type, _Out_ void **value"],
  GetTensorMutableData: [51, "void *", "void *value, _Out_ void **data"],
  CastTypeInfoToTensorInfo: [55, "void *", "void *info, _Out_ void **tensor"],
  GetTensorElementType: [60, "void *", "void *info, _Out_ int *type"],
  GetDimensionsCount: [61, "void *", "void *info, _Out_ size_t *count"],
  GetDimensions: [62, "void *", "void *info, void *dimensions, size_t count"],
  GetSymbolicDimensions: [63, "void *", "void *info, void *names, size_t count"],
  GetTensorTypeAndShape: [65, "void *", "void *value, _Out_ void **info"],
  CreateCpuMemoryInfo: [69, "void *", "int allocator, int memory, _Out_ void **info"],
  AllocatorFree: [76, "void *", "void *allocator, void *data"],
  GetAllocatorWithDefaultOptions: [78, "void *", "_Out_ void **allocator"],
  ReleaseStatus: [93, "void", "void *status"],
  ReleaseSession: [95, "void", "void *session"],
  ReleaseValue: [96, "void", "void *value"],
  ReleaseRunOptions: [97, "void", "void *options"],
  ReleaseTypeInfo: [98, "void", "void *info"],
  ReleaseTensorTypeAndShapeInfo: [99, "void", "void *info"],
  ReleaseSessionOptions: [100, "void", "void *options"],
  GetAvailableProviders: [125, "void *", "void *names, void *count"],
  ReleaseAvailableProviders: [126, "void *", "void *names, int count"],
  AppendCuda: [204, "void *", "void *options, void *cuda"],
  CreateCudaOptions: [205, "void *", "_Out_ void **cuda"],
  ReleaseCudaOptions: [208, "void", "void *cuda"],
  AppendExecutionProvider: [216, "void *", "void *options, str name, void *keys, void *values, size_t count"],
} as const satisfies Record<string, readonly [position: number, result: string, parameters: string]>;
export type FunctionName = keyof typeof functions;

/** The version of OrtApi that all of these positions belong to; newer libraries still give it. */
const apiVersion = 17;

/** As many of its functions as are looked at: AppendExecutionProvider is the last. */
const slotCount = 217;

/** koffi unloads a library that nothing holds, while its functions are still called. */
const loaded = new Set<unknown>();

export interface CApi {
  readonly version: string;
  /** Calls what returns a status. @throws Error with the library's own words. */
  call(name: FunctionName, ...values: readonly unknown[]): void;
  /** The same off the event loop. */
  callAsync(name: FunctionName, ...values: readonly unknown[]): Promise<void>;
  /** Calls what gives an address or a number in its last parameter. */
  get(name: FunctionName, ...values: readonly unknown[]): Address;
  getAsync(name: FunctionName, ...values: readonly unknown[]): Promise<Address>;
  /** Calls what cannot fail. */
  release(name: FunctionName, value: Address): void;
  /** Where an array lies; it must outlive the use. */
  address(data: ArrayBufferView): Address;
  text(at: Address): string;
  view(at: Address, sizeBytes: number): Uint8Array;
}

/** ONNX Runtime's C API in a library. @throws Error where the library cannot be loaded or is too old. */
export function openCApi(koffi: Koffi, path: string): CApi {
  const library = koffi.load(path);
  loaded.add(library);
  // void *OrtGetApiBase(void), which points at two functions: GetApi and GetVersionString.
  const base = koffi.decode(library.func("void *OrtGetApiBase()")(), koffi.array("void *", 2)) as Address[];
  const version = (koffi.decode(base[1], koffi.proto("str ()")) as KoffiFunction)() as string;
  const table = (koffi.decode(base[0], koffi.proto("void *(uint32_t version)")) as KoffiFunction)(apiVersion) as Address | null;
  if (!table) throw new Error(`The library is ONNX Runtime ${version}, which is too old.`);
  const slots = koffi.decode(table, koffi.array("void *", slotCount)) as Address[];
  const bound = new Map(
    Object.entries(functions).map(([name, [position, result, parameters]]) => [
      name,
      koffi.decode(slots[position], koffi.proto(`${result} (${parameters})`)) as KoffiFunction,
    ]),
  );
  const fn = (name: FunctionName) => bound.get(name) as KoffiFunction;

  function check(status: Address | null): void {
    if (!status) return;
    const message = fn("GetErrorMessage")(status) as string;
    fn("ReleaseStatus")(status);
    throw new Error(message);
  }

  function callAsync(name: FunctionName, ...values: readonly unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      fn(name).async(...values, (error: unknown, status: Address | null) => {
        try {
          if (error) throw error;
          check(status);
          resolve();
        } catch (cause) {
          reject(cause);
        }
      });
    });
  }

  return {
    version,
    call: (name, ...values) => check(fn(name)(...values) as Address | null),
    callAsync,
    get(name, ...values) {
      const slot: [Address | number | null] = [null];
      check(fn(name)(...values, slot) as Address | null);
      return BigInt(slot[0] ?? 0);
    },
    async getAsync(name, ...values) {
      const slot: [Address | number | null] = [null];
      await callAsync(name, ...values, slot);
      return BigInt(slot[0] ?? 0);
    },
    release: (name, value) => void fn(name)(value),
    address: (data) => koffi.address(data),
    text: (at) => koffi.decode(at, "char", -1) as string,
    view: (at, sizeBytes) => new Uint8Array(koffi.view(at, sizeBytes)),
  };
}
