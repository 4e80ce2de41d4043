/**
 * Loads a module when it is first needed: `const yaml = lazy(() => require("yaml") as typeof import("yaml"))`.
 *
 * It is for modules that some commands do not need and that take at least 20 ms of processor time to load; all others are
 * imported. Measured with the compile cache filled, in ms: `@pulumi/kubernetes` with Pulumi's SDK 480, the SDK alone 470,
 * `cli/stackSource` 160, `kinds` 115, `zod` 45, `yaml` 28, `rehearsal/report/html` 20.
 */
export function lazy<T>(load: () => T): () => T {
    let loaded: { readonly module: T } | undefined;
    return () => (loaded ??= { module: load() }).module;
}
