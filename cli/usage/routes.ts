/** The HTTPRoutes of the models of a stack, by which Limitador keeps counters. Source: docs/sources/connectivity-link.md#limitador. */
import { childName } from "../../catalogue/childName";
import { modelsOf } from "../../catalogue/tiers";
import type { Settings } from "../../stacks/schema";
import type { ModelRoutes } from "./usage";

/** Those of the models that tiers name. */
export function modelRoutes({ models, externalModels, tiers, modelsNamespace }: Settings): ModelRoutes[] {
    const named = new Set(tiers.flatMap(modelsOf));
    const at = (name: string): string => `${modelsNamespace}/${name}`;
    return [
        ...models.map(({ name }) => ({ model: name, routes: [at(childName(name, "-kserve-route"))] })),
        // The controllers of 3.4 and of 3.5 name it differently.
        ...externalModels.map(({ name }) => ({ model: name, routes: [at(`maas-${name}`), at(name)] })),
    ].filter(({ model }) => named.has(model));
}
