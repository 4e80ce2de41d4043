/** Changes of models. */
import type { YAMLMap } from "yaml";

import { OF_THE_FILES } from "../../catalogue/models/canary";
import { RefusalError, UsageError } from "../exit";
import { didYouMean } from "../nearest";
import type { Editing } from "./editing";

const MODELS = ["models"];
const EXTERNAL = ["externalModels"];

/** A model to be added: its settings, and the tiers whose users may call it. */
export interface NewModel {
    readonly name: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly tiers: readonly string[];
}

/** @throws UsageError for a name that is taken, or a tier that does not exist */
export function addModel({ file }: Editing, { name, settings, tiers }: NewModel): void {
    if ([...file.names(MODELS), ...file.names(EXTERNAL)].includes(name)) {
        throw new UsageError(`There is a model ${name} already.`);
    }
    file.add(MODELS, { name, ...settings });
    const known = file.names(["tiers"]);
    for (const tier of tiers) {
        const at = known.indexOf(tier);
        if (at < 0) {
            throw new UsageError(`--tier is ${tier}; expected one of ${known.join(", ")}.${didYouMean(tier, known)}`);
        }
        file.add(["tiers", String(at), "models"], name);
    }
}

/** Removes a model, of this cluster or of a provider, from the list and from the tiers. @throws UsageError for one that does not exist */
export function removeModel({ file }: Editing, name: string): void {
    if (!file.drop(MODELS, name) && !file.drop(EXTERNAL, name, true)) {
        unknown([...file.names(MODELS), ...file.names(EXTERNAL)], name);
    }
    file.names(["tiers"]).forEach((_, i) => file.drop(["tiers", String(i), "models"], name));
}

/**
 * Gives a model a second version, or changes the one that it has.
 *
 * @param settings of the second version; undefined values stay as they are
 */
export function setCanary({ file }: Editing, name: string, settings: Readonly<Record<string, unknown>>): void {
    const model = modelOf(file, name);
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    const canary = canaryNode(model);
    if (canary === undefined) {
        file.set(model, "canary", given);
    } else {
        Object.entries(given).forEach(([key, value]) => file.set(canary, key, value));
    }
}

/**
 * All requests go to the second version; with `finish`, its settings become the model's, and it goes.
 *
 * @throws RefusalError when it is to be finished and does not yet receive all requests
 */
export function promote({ file }: Editing, name: string, finish: boolean): void {
    const model = modelOf(file, name);
    const canary = canaryNode(model) ?? without(name);
    if (!finish) {
        file.set(canary, "weight", 100);
        return;
    }
    if (canary.get("weight") !== 100) {
        throw new RefusalError(
            `The second version of ${name} receives ${String(canary.get("weight"))} % of the requests: promote it without --finish first, and pulumi up, so that the model is replaced while nobody calls it.`,
        );
    }
    const { weight: _weight, ...settings } = canary.toJSON() as Record<string, unknown>;
    if (settings["model"] !== undefined) {
        OF_THE_FILES.forEach((field) => file.set(model, field, undefined));
    }
    if (settings["replicas"] !== undefined) {
        file.set(model, "scaling", undefined);
    }
    Object.entries(settings).forEach(([key, value]) => file.set(model, key, value));
    file.set(model, "canary", undefined);
}

/** No request goes to the second version; with `finish`, it goes. */
export function rollback({ file }: Editing, name: string, finish: boolean): void {
    const model = modelOf(file, name);
    const canary = canaryNode(model) ?? without(name);
    if (finish) {
        file.set(model, "canary", undefined);
    } else {
        file.set(canary, "weight", 0);
    }
}

function modelOf(file: Editing["file"], name: string): YAMLMap {
    return file.named(MODELS, name) ?? unknown(file.names(MODELS), name);
}

function canaryNode(model: YAMLMap): YAMLMap | undefined {
    return model.get("canary") as YAMLMap | undefined;
}

function without(name: string): never {
    throw new UsageError(`Model ${name} has no second version; maas models canary begins one.`);
}

function unknown(known: readonly string[], name: string): never {
    throw new UsageError(
        `There is no model ${name}; expected ${known.length === 0 ? "one of models, which has none" : `one of ${known.join(", ")}`}.${didYouMean(name, known)}`,
    );
}
