import type { KubeObject } from "../rehearsal/cluster/cluster";
import { type CatalogueDefinition, definitionsOf, findPackage, permissiveDefinition } from "./olm/catalogue";
import type { World } from "./world";

/** Gives the CustomResourceDefinitions that an operator (or `openshift`) ships. */
export type DefinitionSource = (operator: string) => readonly object[];

/** Brings CustomResourceDefinitions to the cluster: the product's own where the source has them. */
export class Definitions {
    private readonly sources = new Map<string, Map<string, KubeObject>>();

    constructor(
        private readonly world: World,
        private readonly source: DefinitionSource,
    ) {}

    /**
     * Makes sure that the definitions of a package at a stage exist.
     *
     * @returns whether all of them are served
     */
    async bring(name: string, stage?: string): Promise<boolean> {
        const definitions = definitionsOf(name, stage);
        const allowed = definitions.filter((definition) => !this.world.faults.definitionMissing(definition.name));
        // One after the other: a real API server takes seconds to compile the largest, and longer when they compete.
        for (const definition of allowed) {
            await this.world.ensure(this.body(name, definition));
        }
        return allowed.length === definitions.length && this.served(name, stage);
    }

    /** Whether all definitions of a package at a stage are served. */
    served(name: string, stage?: string): boolean {
        return definitionsOf(name, stage).every((definition) => this.world.defined(definition.name));
    }

    /** The definitions of a package that are not served. */
    missing(name: string, stage?: string): string[] {
        return definitionsOf(name, stage)
            .map((definition) => definition.name)
            .filter((crd) => !this.world.defined(crd));
    }

    private body(name: string, definition: CatalogueDefinition): KubeObject {
        const shipped = this.from(name).get(definition.name) ?? this.from(findPackage(name)?.crdsOf ?? name).get(definition.name);
        return shipped ?? (permissiveDefinition(definition) as KubeObject);
    }

    private from(operator: string): Map<string, KubeObject> {
        let known = this.sources.get(operator);
        if (!known) {
            known = new Map((this.source(operator) as KubeObject[]).map((object) => [object.metadata.name, object]));
            this.sources.set(operator, known);
        }
        return known;
    }
}
