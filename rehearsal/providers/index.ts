/** The providers that a rehearsal has, by the package of the type token. */
import { AwsProvider } from "./aws";
import { KubernetesProvider } from "./kubernetes/provider";
import type { Provider, ProviderContext } from "./provider";
import { RandomProvider } from "./random";
import { VaultProvider } from "./vault";

const PROVIDERS: Readonly<Record<string, (context: ProviderContext) => Provider>> = {
    kubernetes: (context) => new KubernetesProvider(context),
    random: (context) => new RandomProvider(context),
    vault: (context) => new VaultProvider(context),
    aws: (context) => new AwsProvider(context),
};

/** Creates each provider at its first use. */
export class Providers {
    private readonly made = new Map<string, Provider>();

    constructor(private readonly context: ProviderContext) {}

    /** @throws Error naming the packages that there are */
    of(packageName: string): Provider {
        let provider = this.made.get(packageName);
        if (provider === undefined) {
            const make = Object.hasOwn(PROVIDERS, packageName) ? PROVIDERS[packageName] : undefined;
            if (make === undefined) {
                throw new Error(
                    `a rehearsal has no provider for the package ${JSON.stringify(packageName)}; it has ${Object.keys(PROVIDERS).join(", ")}`,
                );
            }
            provider = make(this.context);
            this.made.set(packageName, provider);
        }
        return provider;
    }
}
