/** Reads the fields of registration requests. */
import type { Callback as CallbackMessage } from "@pulumi/pulumi/proto/callback_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";

import type { ResourceOptions } from "../result";
import type { Callback } from "./callbacks";
import { parseDuration, type Timeouts } from "./goal";
import type { Values } from "../values";

const HOOK_EVENTS = [
    "beforeCreate",
    "afterCreate",
    "beforeUpdate",
    "afterUpdate",
    "beforeDelete",
    "afterDelete",
    "onError",
] as const;

/** A request after all transforms. */
export interface Transformed {
    readonly inputs: Values;
    readonly options: proto.TransformResourceOptions;
    readonly providers: Readonly<Record<string, string>>;
    readonly dependencies: ReadonlySet<string>;
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** The options of a request in the form that transforms are given them. */
export function optionsMessage(request: proto.RegisterResourceRequest): proto.TransformResourceOptions {
    const options = new proto.TransformResourceOptions();
    options.setDependsOnList(request.getDependenciesList());
    if (request.hasProtect()) {
        options.setProtect(request.getProtect()!);
    }
    options.setIgnoreChangesList(request.getIgnorechangesList());
    options.setReplaceOnChangesList(request.getReplaceonchangesList());
    options.setVersion(request.getVersion());
    options.setAliasesList(request.getAliasesList());
    options.setProvider(request.getProvider());
    options.setCustomTimeouts(request.getCustomtimeouts());
    options.setPluginDownloadUrl(request.getPlugindownloadurl());
    if (request.hasRetainondelete()) {
        options.setRetainOnDelete(request.getRetainondelete()!);
    }
    options.setDeletedWith(request.getDeletedwith());
    if (request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()) {
        options.setDeleteBeforeReplace(request.getDeletebeforereplace());
    }
    options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
    const providers = options.getProvidersMap();
    request.getProvidersMap().forEach((reference: string, name: string) => providers.set(name, reference));
    options.setHooks(request.getHooks());
    options.setImport(request.getImportid());
    return options;
}

/** Custom timeouts, as written and in seconds. @throws Error when one is no duration */
export function timeoutsOf(message: proto.RegisterResourceRequest.CustomTimeouts | undefined): {
    text: NonNullable<ResourceOptions["customTimeouts"]>;
    seconds: Timeouts;
} {
    const given = { create: message?.getCreate() ?? "", update: message?.getUpdate() ?? "", delete: message?.getDelete() ?? "" };
    const text = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    return { text, seconds: Object.fromEntries(Object.entries(text).map(([key, value]) => [key, parseDuration(value)])) };
}

/** Names of hooks by event; only events that have any. */
export function hooksOf(binding: proto.RegisterResourceRequest.ResourceHooksBinding | undefined): Record<string, string[]> {
    if (binding === undefined) {
        return {};
    }
    const lists: Record<(typeof HOOK_EVENTS)[number], string[]> = {
        beforeCreate: binding.getBeforeCreateList(),
        afterCreate: binding.getAfterCreateList(),
        beforeUpdate: binding.getBeforeUpdateList(),
        afterUpdate: binding.getAfterUpdateList(),
        beforeDelete: binding.getBeforeDeleteList(),
        afterDelete: binding.getAfterDeleteList(),
        onError: binding.getOnErrorList(),
    };
    return Object.fromEntries(HOOK_EVENTS.map((e) => [e, lists[e]] as const).filter(([, names]) => names.length > 0));
}

/** A function of the program, as a message names it. */
export function callbackOf(message: CallbackMessage | undefined): Callback {
    return { target: message?.getTarget() ?? "", token: message?.getToken() ?? "" };
}
