import type { Adapter } from "@tenfold/core";

export declare function hostAdapter(settings?: object): Adapter;
