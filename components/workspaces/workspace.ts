/** The workspace of one user. */
import { ConfigMap, NamespacePatch, Secret, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import {
    CONTINUE_CONFIG,
    CONTINUE_FOLDER,
    DEV_SPACES_NAMESPACE,
    GETTING_STARTED,
    GETTING_STARTED_FOLDER,
    KEY_SECRET,
    USER_ANNOTATION,
    WORKSPACE_ACCOUNT,
    WORKSPACE_LABELS,
    workspaceNamespace,
} from "../../catalogue/workspaces/names";
import { DevWorkspacePatch } from "../../kinds/workspace.devfile.io";
import type { WorkspacesSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { isolateNamespace, ROUTER } from "../isolation";
import type { Kube } from "../kube";
import { keptOrRemoved, namespaceRemovedHook } from "../namespaceRemoved";
import { devWorkspaceSpec } from "./devWorkspace";
import { editorConfig } from "./editor";
import { limitNamespace } from "./quota";

/** Name of the DevWorkspace where the settings name no repository. */
const WORKSPACE = "workspace";

/** The files of a tier's users in their workspaces. */
export interface AssistantFiles {
    /** `config.yaml` of Continue. */
    readonly config: string;
    /** The page that the IDE opens at its first start. */
    readonly gettingStarted: string;
}

/** A user, and what the workspace contains. */
export interface WorkspaceArgs {
    /** Name of the user at login. */
    readonly user: string;
    readonly settings: WorkspacesSettings;
    /** The address of Dev Spaces. */
    readonly devSpacesUrl: string;
    /** The files that the assistant and its user read, for the user's tier. */
    readonly assistant: AssistantFiles;
    /** Deletes the namespace with its data where the settings say so; {@link removeWorkspaceHook}. */
    readonly removal: readonly pulumi.ResourceHook[];
}

/**
 * A namespace for one user with a DevWorkspace that the user starts, an assistant that is configured, and a Secret for its key.
 *
 * Namespace and DevWorkspace are applied with server-side apply and stay when the user is removed, unless the settings delete
 * them: the volume with the user's files goes with either of them.
 * Source: docs/sources/workspaces.md#dev-spaces.
 */
export class Workspace extends pulumi.ComponentResource {
    /** Namespace of the workspace. */
    public readonly namespace: string;
    /** The Secret that a Job writes the key of the workspace to. */
    public readonly keySecret: Secret;

    constructor(name: string, args: WorkspaceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { user, settings, devSpacesUrl, assistant, removal } = args;
        // The configuration of the assistant is in its ConfigMap.
        super("maas:workspaces:Workspace", name, describedBy({ user, devSpacesUrl }), opts);
        this.namespace = workspaceNamespace(user);
        const { namespace } = this;
        const created = new NamespacePatch(
            `${name}-namespace`,
            {
                metadata: {
                    name: namespace,
                    labels: { ...WORKSPACE_LABELS },
                    annotations: {
                        [USER_ANNOTATION]: user,
                        "openshift.io/display-name": `Workspace of ${user}`,
                        // A namespace that was kept when the user was removed is taken over.
                        "pulumi.com/patchForce": "true",
                    },
                },
            },
            keptOrRemoved(settings.removedUsers, removal, { parent: this }),
        );
        const within = { parent: this, dependsOn: [created] };
        const account = new ServiceAccount(`${name}-account`, { metadata: { name: WORKSPACE_ACCOUNT, namespace } }, within);
        access(name, user, namespace, within);
        limitNamespace(name, settings, namespace, within);
        isolateNamespace(
            `${name}-network-policy`,
            { policy: "workspace-isolated", namespace, from: [DEV_SPACES_NAMESPACE, "openshift-operators"], peers: [ROUTER] },
            within,
        );
        this.keySecret = new Secret(
            `${name}-key`,
            {
                metadata: {
                    name: KEY_SECRET,
                    namespace,
                    labels: mounted("secret"),
                    annotations: {
                        "controller.devfile.io/mount-as": "env",
                        // A new key restarts no workspace that runs.
                        "controller.devfile.io/mount-on-start": "true",
                    },
                },
            },
            // A Job writes the key, and says in annotations which it is.
            { ...within, ignoreChanges: ["data", "stringData"] },
        );
        const config = mountedFile(
            `${name}-continue`,
            { name: CONTINUE_CONFIG, namespace, folder: CONTINUE_FOLDER, files: { "config.yaml": assistant.config } },
            within,
        );
        const page = mountedFile(
            `${name}-getting-started`,
            {
                name: GETTING_STARTED,
                namespace,
                folder: GETTING_STARTED_FOLDER,
                files: { "README.md": assistant.gettingStarted },
            },
            within,
        );
        const editor = new ConfigMap(
            `${name}-editor`,
            { metadata: { name: "vscode-editor-configurations", namespace }, data: editorConfig(settings) },
            within,
        );
        new DevWorkspacePatch(
            `${name}-devworkspace`,
            {
                metadata: {
                    name: settings.repository?.name ?? WORKSPACE,
                    namespace,
                    annotations: { "pulumi.com/patchForce": "true" },
                },
                spec: devWorkspaceSpec(settings, devSpacesUrl),
            },
            // It goes with its namespace where the settings delete that. Its user starts and stops it.
            {
                parent: this,
                dependsOn: [account, config, page, editor],
                retainOnDelete: true,
                ignoreChanges: ["spec.started"],
            },
        );
        this.registerOutputs({ namespace: this.namespace });
    }
}

/** A ConfigMap whose files are in a folder of each workspace, beside what else exists. */
function mountedFile(
    resource: string,
    { name, namespace, folder, files }: { name: string; namespace: string; folder: string; files: Record<string, string> },
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    return new ConfigMap(
        resource,
        {
            metadata: {
                name,
                namespace,
                labels: mounted("configmap"),
                annotations: {
                    "controller.devfile.io/mount-path": folder,
                    // Single files: a mounted folder would hide what the user and Continue write beside them.
                    "controller.devfile.io/mount-as": "subpath",
                    "controller.devfile.io/mount-on-start": "true",
                },
            },
            data: files,
        },
        opts,
    );
}

/** Labels by which the DevWorkspace operator mounts an object in all workspaces of its namespace. */
function mounted(kind: "secret" | "configmap"): Record<string, string> {
    return { "controller.devfile.io/mount-to-devworkspace": "true", [`controller.devfile.io/watch-${kind}`]: "true" };
}

/** The user alone edits the namespace. */
function access(name: string, user: string, namespace: string, opts: pulumi.CustomResourceOptions): void {
    new RoleBinding(
        `${name}-edit`,
        {
            metadata: { name: "workspace-edit", namespace },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
        },
        opts,
    );
}

/** Deletes the namespace of a removed user; {@link namespaceRemovedHook}. */
export function removeWorkspaceHook(connect: () => Promise<Kube>): pulumi.ResourceHook[] {
    return namespaceRemovedHook("the namespace of a removed user's workspaces is deleted", connect);
}
