/** Resources of the real engine's state, as a result shows them. */
import { withoutSecrets } from "../../catalogue/secrets";
import { compareText } from "../engine/journal";
import { isProviderType, nameOf, parseProviderReference, typeOf } from "../engine/urn";
import type { PlannedResource, ResourceOptions } from "../result";
import { SECRET, SIGNATURE } from "../values";
import type { StateResource } from "./protocol";

/** The engine makes these itself, for resources that name no provider. */
export function isDefaultProvider(urn: string): boolean {
    return isProviderType(typeOf(urn)) && nameOf(urn).startsWith("default");
}

/** URNs of what a resource needs: dependencies, provider, parent. */
export function requirements(state: StateResource): string[] {
    return [
        ...dependencies(state),
        ...(state.provider === undefined ? [] : [parseProviderReference(state.provider).urn]),
        ...(state.parent === undefined ? [] : [state.parent]),
    ];
}

function dependencies(state: StateResource): string[] {
    const through = Object.values(state.propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
    return [...new Set([...(state.dependencies ?? []), ...through])].sort(compareText);
}

/** A resource of the state as a result shows it. */
export function planned(state: StateResource): PlannedResource {
    return {
        urn: state.urn,
        type: state.type,
        name: nameOf(state.urn),
        ...(state.parent !== undefined && { parent: state.parent }),
        inputs: inputsOf(state),
        dependencies: dependencies(state),
        options: optionsOf(state),
    };
}

function inputsOf(state: StateResource): Record<string, unknown> {
    const inputs = withoutSecrets(shown(state.inputs ?? {}) as Record<string, unknown>);
    if (isProviderType(state.type)) {
        // The file with the address of the rehearsal's cluster is different each time.
        delete inputs["kubeconfig"];
    }
    return inputs;
}

function optionsOf(s: StateResource): ResourceOptions {
    const some = <T>(list: readonly T[] | undefined): list is readonly T[] => list !== undefined && list.length > 0;
    const { create, update, delete: remove } = s.customTimeouts ?? {};
    const seconds = (n: number | undefined, key: string): Record<string, string> =>
        n === undefined || n === 0 ? {} : { [key]: `${n}s` };
    const timeouts = { ...seconds(create, "create"), ...seconds(update, "update"), ...seconds(remove, "delete") };
    const hooks = hooksOf(s);
    const provider = s.provider === undefined ? undefined : parseProviderReference(s.provider).urn;
    return {
        custom: s.custom === true,
        ...(provider !== undefined && !isDefaultProvider(provider) && { provider }),
        ...(s.protect === true && { protect: true }),
        ...(s.retainOnDelete === true && { retainOnDelete: true }),
        ...(s.deletedWith !== undefined && s.deletedWith !== "" && { deletedWith: s.deletedWith }),
        ...(some(s.ignoreChanges) && { ignoreChanges: s.ignoreChanges }),
        ...(some(s.replaceOnChanges) && { replaceOnChanges: s.replaceOnChanges }),
        ...(some(s.additionalSecretOutputs) && { additionalSecretOutputs: s.additionalSecretOutputs }),
        ...(some(s.aliases) && { aliases: s.aliases }),
        ...(Object.keys(timeouts).length > 0 && { customTimeouts: timeouts }),
        ...(Object.keys(hooks).length > 0 && { hooks }),
        ...(s.external === true && s.id !== undefined && { reads: s.id }),
        ...(s.importID !== undefined && s.importID !== "" && { import: s.importID }),
    };
}

/** Names of hooks by event; the state calls the events `BeforeCreate`. */
export function hooksOf(state: StateResource | undefined): Record<string, readonly string[]> {
    return Object.fromEntries(
        Object.entries(state?.resourceHooks ?? {})
            .filter(([, names]) => names.length > 0)
            .map(([event, names]) => [event.charAt(0).toLowerCase() + event.slice(1), names]),
    );
}

/** Values of the state as a result shows them. */
export function shown(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(shown);
    }
    if (typeof value === "object" && value !== null) {
        if ((value as Record<string, unknown>)[SIGNATURE] === SECRET) {
            return "[secret]";
        }
        // `__defaults` and its like are notes that bridged providers make for themselves.
        return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (k.startsWith("__") ? [] : [[k, shown(v)]])));
    }
    return value;
}
