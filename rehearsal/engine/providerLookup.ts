/** Finds the provider of a resource, and the settings of that provider. */
import type { Providers } from "../providers";
import type { Provider, Subject } from "../providers/provider";
import type { AnalyzedResource } from "./analyzer";
import type { Goal } from "./goal";
import type { ResourceState } from "./state";
import type { StateStore } from "./store";
import { isProviderType, packageOf, parseProviderReference, PROVIDER_PREFIX } from "./urn";
import type { Values } from "../values";

export interface ProviderLookupOptions {
    readonly stack: string;
    readonly project: string;
    readonly providers: Providers;
    /** Settings of default providers, by package. */
    readonly providerConfig: Readonly<Record<string, Values>>;
}

export class ProviderLookup {
    constructor(
        private readonly options: ProviderLookupOptions,
        private readonly store: StateStore,
    ) {}

    /** The provider of a type, or of a function. @throws Error when its package is unknown */
    of(token: string): Provider {
        return this.options.providers.of(packageOf(token));
    }

    /** The fields of a resource that every request to the provider has. */
    subject(of: Pick<ResourceState, "urn" | "type" | "name" | "provider" | "options">): Subject {
        return {
            urn: of.urn,
            type: of.type,
            name: of.name,
            config: this.settings(of.provider, packageOf(of.type)),
            ...(of.options.ignoreChanges !== undefined && { ignoreChanges: of.options.ignoreChanges }),
        };
    }

    /** The inputs of a provider. @param reference undefined: the default provider of the package */
    settings(reference: string | undefined, packageName: string): Values {
        const state = reference === undefined ? undefined : this.store.get(parseProviderReference(reference).urn);
        return state?.inputs ?? this.options.providerConfig[packageName] ?? {};
    }

    /** The provider of a resource as policies see it. @returns undefined for components and providers */
    analyzed(goal: Goal): AnalyzedResource["provider"] {
        if (!goal.custom || isProviderType(goal.type)) {
            return undefined;
        }
        const packageName = packageOf(goal.type);
        const { stack, project } = this.options;
        const urn =
            goal.provider === undefined
                ? `urn:pulumi:${stack}::${project}::${PROVIDER_PREFIX}${packageName}::default`
                : parseProviderReference(goal.provider).urn;
        return { urn, inputs: this.settings(goal.provider, packageName) };
    }
}
