/** The parts of a DevWorkspace. Source: docs/sources/workspaces.md#devfiles. */
import { rawAddress } from "../../catalogue/workspaces/devfile";
import { pinnedExtension } from "../../catalogue/workspaces/extension";
import { AUTHORITY_FILES, CONTINUE_FOLDER, DEV_SPACES_NAMESPACE, GETTING_STARTED_FOLDER } from "../../catalogue/workspaces/names";
import type { WorkspacesSettings } from "../../stacks/schema";

/** Name of the container where the settings name none. */
const TOOLS = "tools";
/**
 * The additions of this program to the container that the IDE runs in, whichever that is: the DevWorkspace operator merges it with the IDE
 * into the first container, or into the one that a devfile marks.
 */
const ASSISTANT = "maas-assistant";
/** Volume of what Continue writes. */
const CONTINUE_STATE = "continue-state";
const CONTRIBUTION = {
    "controller.devfile.io/container-contribution": true,
    // It comes from no plugin, and could be taken for the container to merge into.
    "controller.devfile.io/merge-contribution": false,
} as const;
/** Seconds that the download of the extension may take; the IDE starts after it. */
const DOWNLOAD_SECONDS = 120;

/**
 * The spec of a DevWorkspace. The user starts it: `started` of another identity would start it before its user asks.
 *
 * @param devSpacesUrl where Dev Spaces is reached
 */
export function devWorkspaceSpec(settings: WorkspacesSettings, devSpacesUrl: string) {
    const { repository, devfile } = settings;
    const uri = devfile === undefined ? undefined : addressOf(devfile);
    const own = ownCommands(settings);
    return {
        started: false as const,
        routingClass: "che" as const,
        contributions: [
            {
                name: "ide",
                uri: `http://devspaces-dashboard.${DEV_SPACES_NAMESPACE}.svc.cluster.local:8080/dashboard/api/editors/devfile?che-editor=che-incubator/che-code/latest`,
            },
        ],
        template: {
            ...(uri !== undefined && {
                parent: {
                    uri,
                    ...(devfile?.component !== undefined && {
                        components: [
                            {
                                name: devfile.component,
                                attributes: { "controller.devfile.io/merge-contribution": true as const },
                            },
                        ],
                    }),
                },
            }),
            ...(repository !== undefined && {
                projects: [
                    {
                        name: repository.name,
                        git: { remotes: { origin: repository.url }, checkoutFrom: { revision: repository.revision } },
                    },
                ],
            }),
            components: [...(uri === undefined ? containersOf(settings) : []), ...assistantOf(settings, devSpacesUrl)],
            commands: [...own, ...commandsOf(settings)],
            events: { postStart: [...own.map(({ id }) => id), ...(devfile?.postStart ?? [])] },
        },
    };
}

type Devfile = NonNullable<WorkspacesSettings["devfile"]>;

function addressOf({ url, repository, revision, path }: Devfile): string | undefined {
    return url ?? (repository === undefined ? undefined : rawAddress(repository, revision, path));
}

/** The container that is merged into that of the IDE. Its image is not used. */
function assistantOf({ assistant, image }: WorkspacesSettings, devSpacesUrl: string) {
    const pinned = pinnedExtension(assistant);
    const env = [
        { name: "CHE_DASHBOARD_URL", value: `${devSpacesUrl}/dashboard/` },
        // The IDE and its extensions are Node.js, which passes over what the image trusts.
        { name: "NODE_EXTRA_CA_CERTS", value: AUTHORITY_FILES[0] },
        ...(pinned === undefined ? [] : [{ name: "DEFAULT_EXTENSIONS", value: `/tmp/${pinned.file}` }]),
    ];
    return [
        {
            name: ASSISTANT,
            attributes: CONTRIBUTION,
            container: {
                image,
                env,
                // The runtime makes the folder of a mounted file as root; Continue writes its sessions beside its configuration.
                volumeMounts: [{ name: CONTINUE_STATE, path: CONTINUE_FOLDER }],
            },
        },
        { name: CONTINUE_STATE, volume: {} },
    ];
}

/** The containers that the settings name; one where they name none. */
function containersOf({ image, cpu, memory, devfile }: WorkspacesSettings) {
    const given = devfile?.containers ?? [{ name: TOOLS, image, cpu: cpu.limit, memory: memory.limit, env: [], ports: [] }];
    return given.map((container, i) => ({
        name: container.name,
        container: {
            image: container.image ?? image,
            sourceMapping: "/projects",
            cpuLimit: container.cpu ?? cpu.limit,
            ...(i === 0 && { cpuRequest: cpu.request }),
            memoryLimit: container.memory ?? memory.limit,
            ...(i === 0 && { memoryRequest: memory.request }),
            env: container.env,
            ...(container.ports.length > 0 && {
                endpoints: container.ports.map((port) => ({
                    name: `port-${port}`,
                    targetPort: port,
                    exposure: "public" as const,
                })),
            }),
        },
    }));
}

function commandsOf({ devfile }: WorkspacesSettings) {
    return (devfile?.commands ?? []).map(({ id, component, commandLine, workingDir, group }) => ({
        id,
        exec: {
            component: component ?? devfile!.containers![0]!.name,
            commandLine,
            ...(workingDir !== undefined && { workingDir }),
            ...(group !== undefined && { group: { kind: group } }),
        },
    }));
}

/**
 * Commands that run before the workspace counts as started. Releases of the DevWorkspace operator run that of the IDE before or after
 * them; it reads the folders a moment later, so the page comes first. None of them may fail: the container would fail with it.
 */
function ownCommands({ assistant }: WorkspacesSettings) {
    const pinned = pinnedExtension(assistant);
    const command = (id: string, commandLine: string) => ({ id, exec: { component: ASSISTANT, commandLine } });
    return [
        command("getting-started", OPEN_GETTING_STARTED),
        ...(pinned === undefined ? [] : [command("download-extension", downloadExtension(pinned))]),
    ];
}

/**
 * Without the file, the IDE installs the newest version of what is recommended. What it has installed before it keeps, and does
 * not ask for the file again.
 */
export function downloadExtension({ url, file }: { readonly url: string; readonly file: string }): string {
    const path = `/tmp/${file}`;
    const fetched = `curl -fsSL --retry 3 --connect-timeout 10 --max-time ${DOWNLOAD_SECONDS} -o "${path}.part" "${url}" && mv "${path}.part" "${path}"`;
    const installed = `grep -qsxF "${path}" "$PROJECTS_ROOT/.default-extensions"`;
    return `${installed} || test -s "${path}" || { ${fetched}; } || echo "${file} was not downloaded"`;
}

/** The IDE opens the page of each folder; a file that the user has changed stays. */
const OPEN_GETTING_STARTED = `test -e "$PROJECTS_ROOT/.code-workspace" || echo '${JSON.stringify({
    folders: [{ name: "Getting started", path: GETTING_STARTED_FOLDER }],
})}' > "$PROJECTS_ROOT/.code-workspace" || true`;
