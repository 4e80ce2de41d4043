/** Workspaces of the users of tiers. */
import type * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";

import { modelsOf, subscriptionOf } from "../../catalogue/tiers";
import { assistantModel, continueConfig, externalAssistantModel } from "../../catalogue/workspaces/continue";
import { DEV_SPACES_NAMESPACE, TRUSTED_LABELS } from "../../catalogue/workspaces/names";
import { workspaceUsers } from "../../catalogue/workspaces/users";
import type { Settings } from "../../stacks/schema";
import { authorities } from "../authorities";
import { connectionOf } from "../clusterProvider";
import { DevSpaces, removeWorkspaceHook, Workspace, WorkspaceKeys } from "../workspaces";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";

/** What workspaces wait for. */
export interface WorkspacesBehind {
    readonly gateways: MaasGateways;
    /** The OpenAI-compatible endpoint of each model, by its name. */
    readonly urls: Readonly<Record<string, string>>;
    /** Says that the subscriptions are in force: a key is created for one. */
    readonly enforced: pulumi.Resource;
}

/** `config.yaml` of the assistant, by the name of the tier. */
export function assistantConfigs(settings: Settings, urls: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
    const models = new Map(settings.models.map((model) => [model.name, model]));
    const external = new Map(settings.externalModels.map((model) => [model.name, model]));
    const roles = settings.workspaces?.assistant.roles ?? {};
    return new Map(
        settings.tiers.map((tier) => [
            tier.name,
            stringify(
                continueConfig(
                    tier,
                    modelsOf(tier).flatMap((name) => {
                        const url = urls[name];
                        const [model, outside] = [models.get(name), external.get(name)];
                        return url === undefined
                            ? []
                            : model !== undefined
                              ? [assistantModel(model, url, roles[name])]
                              : outside !== undefined
                                ? [externalAssistantModel(outside, url, roles[name])]
                                : [];
                    }),
                ),
                { lineWidth: 0 },
            ),
        ]),
    );
}

/** Creates a workspace for each user of the tiers that have one. @returns where users open them; undefined without workspaces */
export function workspaces(stage: Stage, behind: WorkspacesBehind | undefined): string | undefined {
    const { settings, cluster, records, operators, after } = stage;
    // Also without workspaces: a stack that has just lost them still deletes what it must.
    const removal = removeWorkspaceHook(connectionOf(after()));
    if (settings.workspaces === undefined || behind === undefined) {
        return undefined;
    }
    const { gateways, urls, enforced } = behind;
    const { domain } = cluster;
    const devSpaces = new DevSpaces(
        "dev-spaces",
        { settings: settings.workspaces, domain },
        after(records, operators("devspaces")),
    );
    // Dev Spaces hands it to all workspaces.
    authorities(
        "dev-spaces",
        {
            configMap: "maas-authorities",
            namespace: DEV_SPACES_NAMESPACE,
            secret: gateways.own.authority,
            labels: TRUSTED_LABELS,
        },
        after(records, gateways.own, operators("devspaces")),
    );
    const assistants = assistantConfigs(settings, urls);
    const users = workspaceUsers(settings);
    const made = users.map(
        ({ name: user, tier }) =>
            new Workspace(
                `workspace-${user}`,
                {
                    user,
                    settings: settings.workspaces!,
                    devSpacesUrl: devSpaces.url,
                    assistant: assistants.get(tier)!,
                    removal,
                },
                after(devSpaces.answers),
            ),
    );
    const tiers = new Map(settings.tiers.map((tier) => [tier.name, tier]));
    new WorkspaceKeys(
        "workspace-keys",
        {
            settings: settings.workspaces,
            owners: users.map(({ name: user, tier }) => ({
                user,
                subscription: subscriptionOf(tiers.get(tier)!),
                api: `${gateways.of(tiers.get(tier)!.tenant).url}/maas-api`,
            })),
            authority: gateways.own.authority,
            before: [enforced, ...made.map(({ keySecret }) => keySecret)],
        },
        after(records),
    );
    return devSpaces.url;
}
