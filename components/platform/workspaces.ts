/** Workspaces of the users of tiers. */
import type * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";

import { subscriptionOf } from "../../catalogue/tiers";
import { recordOf } from "../../catalogue/releases";
import { assistantModels } from "../../catalogue/workspaces/assistants";
import { continueConfig } from "../../catalogue/workspaces/continue";
import { gettingStartedPage } from "../../catalogue/workspaces/gettingStarted";
import { DEV_SPACES_NAMESPACE, TRUSTED_LABELS } from "../../catalogue/workspaces/names";
import { workspaceUsers } from "../../catalogue/workspaces/users";
import type { Settings } from "../../stacks/schema";
import { authorities } from "../authorities";
import { connectionOf } from "../clusterProvider";
import { type AssistantFiles, DevSpaces, removeWorkspaceHook, Workspace, WorkspaceKeys } from "../workspaces";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";

/** The resources that workspaces wait for. */
export interface WorkspacesBehind {
    readonly gateways: MaasGateways;
    /** The OpenAI-compatible endpoint of each model, by its name. */
    readonly urls: Readonly<Record<string, string>>;
    /** Say that the tiers are in force: a key is created for one. */
    readonly enforced: readonly pulumi.Resource[];
}

/** The files that the assistant and its users read, by the name of the tier. */
export function assistantFiles(settings: Settings, urls: Readonly<Record<string, string>>): ReadonlyMap<string, AssistantFiles> {
    const credential = credentialOf(settings);
    return new Map(
        assistantModels(settings, urls).map(([tier, models]) => [
            tier.name,
            {
                config: stringify(continueConfig(tier, models), { lineWidth: 0 }),
                gettingStarted: gettingStartedPage(tier, models, {
                    credential,
                    repository: settings.workspaces?.repository?.name,
                }),
            },
        ]),
    );
}

/** The credential that the models of a release take from workspaces. */
function credentialOf({ release }: Settings): "key" | "token" {
    return recordOf(release).governance === "subscriptions" ? "key" : "token";
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
        after(
            records,
            operators("devspaces"),
            // Dev Spaces refuses to pull images before its kind is served.
            ...(settings.workspaces.imagePuller === undefined ? [] : [operators("kubernetes-imagepuller-operator")]),
        ),
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
    const assistants = assistantFiles(settings, urls);
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
            credential: credentialOf(settings),
            owners: users.map(({ name: user, tier }) => ({
                user,
                subscription: subscriptionOf(tiers.get(tier)!),
                api: `${gateways.of(tiers.get(tier)!.tenant).url}/maas-api`,
            })),
            authority: gateways.own.authority,
            before: [...enforced, ...made.map(({ keySecret }) => keySecret)],
        },
        after(records),
    );
    return devSpaces.url;
}
