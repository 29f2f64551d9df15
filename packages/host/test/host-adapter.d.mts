export declare function hostAdapter(settings?: object): unknown;
