/** The services that a stack writes to beside its cluster. The real engine's providers would look for the real thing. */
import { isProviderType, packageOf } from "../engine/urn";
import { plan, type PlanOptions } from "../plan";

/** Packages whose resources exist in the engine alone, and the one that the API server of a rehearsal answers. */
const REHEARSED = new Set(["kubernetes", "pulumi", "random"]);

/**
 * The providers of a stack whose services are not rehearsed under the real engine.
 *
 * @returns their packages, alphabetical: `["aws", "vault"]`; none of a program that ends with an error, which the run will tell
 */
export async function servicesBeyond({
    projectDir,
    stack,
    signal,
}: Pick<PlanOptions, "projectDir" | "stack" | "signal">): Promise<string[]> {
    const { resources } = await plan({ projectDir, stack, ...(signal !== undefined && { signal }) });
    const packages = resources
        .filter(({ type, options }) => options.custom && !isProviderType(type))
        .map(({ type }) => packageOf(type));
    return [...new Set(packages)].filter((name) => !REHEARSED.has(name)).sort();
}
