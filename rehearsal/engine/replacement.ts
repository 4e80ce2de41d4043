/** Replacements that the engine adds to those of the provider. */
import { changedPaths } from "../providers/provider";
import type { ResourceOptions } from "../result";
import { holds } from "./paths";
import type { ResourceState } from "./state";
import { parseProviderReference } from "./urn";
import { UNKNOWN, type Values } from "../values";

/** Whether a change at a path of `replaceOnChanges` requires a new object. */
export function isForced({ replaceOnChanges = [] }: ResourceOptions, olds: Values, news: Values): boolean {
    return (
        replaceOnChanges.length > 0 && changedPaths(olds, news).some((changed) => replaceOnChanges.some((p) => holds(p, changed)))
    );
}

/**
 * Resources that are deleted before a resource is deleted, since the change of its outputs would replace them.
 *
 * @param others in the order in which they were recorded, which is that of their dependencies
 * @param replaces whether a resource would be replaced if its inputs were these
 * @returns in the order in which they are created again
 */
export function dependentReplacements(
    root: ResourceState,
    others: readonly ResourceState[],
    replaces: (state: ResourceState, news: Values) => boolean,
): ResourceState[] {
    const condemned = new Set([root.urn]);
    const isReplaced = (state: ResourceState): boolean => {
        const { provider, options, inputs, propertyDependencies = {} } = state;
        if (provider !== undefined && condemned.has(parseProviderReference(provider).urn)) {
            return true;
        }
        if (options.deletedWith !== undefined && condemned.has(options.deletedWith)) {
            return true;
        }
        const changing = Object.keys(inputs).filter((key) => propertyDependencies[key]?.some((urn) => condemned.has(urn)));
        const news: Values = { ...inputs };
        changing.forEach((key) => (news[key] = UNKNOWN));
        return changing.length > 0 && replaces(state, news);
    };
    return others.filter((state) => {
        if (state.urn === root.urn || !state.custom || state.options.reads !== undefined || !isReplaced(state)) {
            return false;
        }
        condemned.add(state.urn);
        return state.pendingReplacement !== true;
    });
}
