/** Runtimes of models without a scheduler. Their images, arguments and sources are in servingRuntimes.json. */
import table from "./servingRuntimes.json";

/** Runtimes, as settings name them. */
export const runtimeNames = ["vllm", "openvino", "textEmbeddings", "docling"] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** The accelerators of models without a scheduler. */
export const accelerators = ["nvidia", "amd", "gaudi", "cpu"] as const;
export type Accelerator = (typeof accelerators)[number];

/** A runtime that serves models of a format. */
export interface Runtime {
    readonly displayName: string;
    readonly format: string;
    readonly port: number;
    readonly protocol?: "v2";
    readonly command?: readonly string[];
    /** Arguments that callers, the Service or the files rely on, and why a stack must not give them again. */
    readonly fixed?: Readonly<Record<string, string>>;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly accelerators: Readonly<
        Partial<
            Record<
                Accelerator,
                {
                    /** Null: no source names one. */
                    readonly image: string | null;
                    readonly env?: Readonly<Record<string, string>>;
                    /** The one compute capability that the image is built for. */
                    readonly only?: string;
                    /** Minutes that loading may take, where it is more than usual. */
                    readonly loadingMinutes?: number;
                }
            >
        >
    >;
}

/** The runtime of a name. */
export function runtimeOf(name: RuntimeName): Runtime {
    return table.runtimes[name] as Runtime;
}

/** The resource and tolerations by which pods get an accelerator; null where they need none. */
export function acceleratorOf(name: Accelerator): { resource: string | null; taint: string | null } {
    return table.accelerators[name];
}
