import { type ErrorCode, errorCodes, type Stage } from "./error-codes.ts";

export interface TenfoldErrorOptions {
  cause?: unknown;
  stage?: Stage;
  framework?: string;
  remedy?: string;
  retryable?: boolean;
  /** Figures and names that programs may want: `{ status: 429, url }`. Never secrets. */
  details?: Readonly<Record<string, unknown>>;
}

/** What crosses process and worker borders in place of the error itself. */
export interface SerializedTenfoldError extends Omit<TenfoldErrorOptions, "cause"> {
  code: ErrorCode;
  message: string;
}

/**
 * The one error class of Tenfold. `code` is for programs, `message` says what happened and to what,
 * `remedy` says what a person can do. Aborts are not TenfoldErrors: they reject with the signal's reason.
 */
export class TenfoldError extends Error {
  override readonly name = "TenfoldError";
  readonly code: ErrorCode;
  readonly stage: Stage;
  readonly retryable: boolean;
  readonly remedy: string;
  readonly framework?: string;
  readonly details?: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: TenfoldErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const entry = errorCodes[code];
    this.code = code;
    this.stage = options.stage ?? entry.stage;
    this.retryable = options.retryable ?? entry.retryable;
    this.remedy = options.remedy ?? entry.remedy;
    if (options.framework !== undefined) this.framework = options.framework;
    if (options.details !== undefined) this.details = options.details;
  }

  toJSON(): SerializedTenfoldError {
    const { code, message, stage, retryable, remedy, framework, details } = this;
    return { code, message, stage, retryable, remedy, ...(framework === undefined ? {} : { framework }), ...(details === undefined ? {} : { details }) };
  }

  static fromJSON({ code, message, ...options }: SerializedTenfoldError): TenfoldError {
    return new TenfoldError(code, message, options);
  }

  /** True for a TenfoldError of any copy of this package, with one of the codes when some are given. */
  static is(error: unknown, ...codes: ErrorCode[]): error is TenfoldError {
    if (!(error instanceof Error) || error.name !== "TenfoldError" || !("code" in error)) return false;
    return codes.length === 0 || codes.includes(error.code as ErrorCode);
  }

  /** The error itself when it is one, else a TenfoldError of `code` with it as the cause. */
  static from(error: unknown, code: ErrorCode, context: string, options: TenfoldErrorOptions = {}): TenfoldError {
    if (TenfoldError.is(error)) return error;
    return new TenfoldError(code, `${context}: ${error instanceof Error ? error.message : String(error)}`, { ...options, cause: error });
  }
}
