export { createHubCatalog, type HubCatalog, type HubCatalogOptions } from "./catalogs/hub-catalog.ts";
export * from "./contract/index.ts";
export type { ConnectionLimits } from "./downloads/connection-limits.ts";
export type { DownloadProgress, DownloadRequest, DownloadSettings } from "./downloads/download.ts";
export type { DownloadQueue, DownloadState, DownloadTask } from "./downloads/download-queue.ts";
export type { FormatHandler, ModelFile } from "./formats/format-handler.ts";
export type { AcceptLicence } from "./install/require-consent.ts";
export { createLifecycle, type Lifecycle, type LifecycleChange } from "./lifecycle/lifecycle.ts";
export { canTransition, type LifecycleState, lifecycleStates, lifecycleTable } from "./lifecycle/states.ts";
export type { MemoryEstimate, MemoryTerm, MemoryTermName } from "./memory/memory-estimate.ts";
export type { FileStat, Files, Lock, WritableFile } from "./platform/files.ts";
export type { DeviceEvent, DeviceProbe, DeviceState, GraphicsProcessor, Hardware, Processor, ThermalState } from "./platform/hardware.ts";
export type { Clock, LocalFile, Platform, Sha256Hash } from "./platform/platform.ts";
export { timerClock } from "./platform/timer-clock.ts";
export type { PooledModel } from "./pool/pool.ts";
export type { PowerMode } from "./power/power-plan.ts";
export { createProgressTracker, type ProgressEvent, type ProgressStage, type ProgressTracker, progressStages } from "./progress/progress.ts";
export type { ModelCriteria, TargetDevice } from "./registry/criteria.ts";
export { type ModelAddress, modelIdOf, parseModelAddress } from "./registry/model-address.ts";
export type { FoundManifest, ModelEntry, ModelSource } from "./registry/model-source.ts";
export type { RegisteredModels } from "./registry/registered-models.ts";
export { createRegistry, type FittingModel, type ListedModel, type Registry, type SourcedManifest } from "./registry/registry.ts";
export {
  type Adoption,
  adoptModels,
  type CachedModel,
  findInHuggingFaceCache,
  findInLmStudioFolder,
  findInOllamaFolder,
} from "./store/adopt.ts";
export type { CarriedOrigin } from "./store/carried-origin.ts";
export type { Garbage, GarbageOptions, GarbageReport } from "./store/collect-garbage.ts";
export type { Consent } from "./store/consents.ts";
export {
  type CarriedModel,
  type ExportOptions,
  exportIndexPath,
  exportModel,
  type ImportExportedOptions,
  importExported,
  moveModel,
} from "./store/export-model.ts";
export type { Finding, FsckOptions } from "./store/fsck.ts";
export { type ImportFile, type ImportOptions, importModel } from "./store/import-model.ts";
export { type MoveOptions, moveStore } from "./store/move-store.ts";
export type { Pin } from "./store/pins.ts";
export type { InstallRecord } from "./store/records.ts";
export type { Removed } from "./store/remove-variants.ts";
export { createStore, type Store } from "./store/store.ts";
export type { ModelUsage, RemovalPlan, StoreUsage } from "./store/usage.ts";
export type { DamagedFile, VerifyOptions, VerifyReport } from "./store/verify.ts";
export type { Attempt } from "./tenfold/attempt.ts";
export { collectText, type GeneratedText, type ToolCall } from "./tenfold/collect-text.ts";
export type { Failover } from "./tenfold/failover.ts";
export type { MemoryOptions } from "./tenfold/loader.ts";
export type { Model } from "./tenfold/model.ts";
export { createModelShelf, type ModelShelf, type ModelShelfOptions, type ShelfEntry } from "./tenfold/model-shelf.ts";
export type { SelectOptions, SelectTarget } from "./tenfold/select.ts";
export { createTenfold, type LoadTarget, type PullOptions, type Tenfold, type TenfoldLoadOptions, type TenfoldOptions } from "./tenfold/tenfold.ts";
