/** What a DevWorkspace consists of. Source: docs/sources/workspaces.md#devfiles. */
import { rawAddress } from "../../catalogue/workspaces/devfile";
import { pinnedExtension } from "../../catalogue/workspaces/extension";
import { AUTHORITY_FILES, DEV_SPACES_NAMESPACE, GETTING_STARTED_FOLDER } from "../../catalogue/workspaces/names";
import type { WorkspacesSettings } from "../../stacks/schema";

/** Name of the container where the settings name none. */
const TOOLS = "tools";
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
    const ide = uri === undefined ? (devfile?.containers?.[0]?.name ?? TOOLS) : devfile?.component;
    const own = ide === undefined ? [] : ownCommands(settings, ide);
    const env = ideEnvironment(settings, devSpacesUrl);
    const commands = [...own, ...commandsOf(devfile, ide)];
    const postStart = [...own.map(({ id }) => id), ...(devfile?.postStart ?? [])];
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
                parent: { uri, ...(ide !== undefined && { components: [{ name: ide, container: { env } }] }) },
            }),
            ...(repository !== undefined && {
                projects: [
                    {
                        name: repository.name,
                        git: { remotes: { origin: repository.url }, checkoutFrom: { revision: repository.revision } },
                    },
                ],
            }),
            ...(uri === undefined && { components: containersOf(settings, env) }),
            ...(commands.length > 0 && { commands }),
            ...(postStart.length > 0 && { events: { postStart } }),
        },
    };
}

type Devfile = NonNullable<WorkspacesSettings["devfile"]>;

function addressOf({ url, repository, revision, path }: Devfile): string | undefined {
    return url ?? (repository === undefined ? undefined : rawAddress(repository, revision, path));
}

/** Variables of the container that the IDE runs in. */
function ideEnvironment({ assistant }: WorkspacesSettings, devSpacesUrl: string): { name: string; value: string }[] {
    const pinned = pinnedExtension(assistant);
    return [
        { name: "CHE_DASHBOARD_URL", value: `${devSpacesUrl}/dashboard/` },
        // The IDE and its extensions are Node.js, which passes over what the image trusts.
        { name: "NODE_EXTRA_CA_CERTS", value: AUTHORITY_FILES[0] },
        ...(pinned === undefined ? [] : [{ name: "DEFAULT_EXTENSIONS", value: `/tmp/${pinned.file}` }]),
    ];
}

function containersOf({ image, cpu, memory, devfile }: WorkspacesSettings, env: { name: string; value: string }[]) {
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
            env: [...(i === 0 ? env : []), ...container.env],
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

function commandsOf(devfile: Devfile | undefined, ide: string | undefined) {
    return (devfile?.commands ?? []).map(({ id, component, commandLine, workingDir, group }) => ({
        id,
        exec: {
            component: component ?? ide!,
            commandLine,
            ...(workingDir !== undefined && { workingDir }),
            ...(group !== undefined && { group: { kind: group } }),
        },
    }));
}

/**
 * Commands that run before the IDE begins: the DevWorkspace operator sorts those after the start by their names, and that of the IDE is
 * init-che-code-command. None of them may fail: the container would fail with it.
 */
function ownCommands({ assistant }: WorkspacesSettings, component: string) {
    const pinned = pinnedExtension(assistant);
    const command = (id: string, commandLine: string) => ({ id, exec: { component, commandLine } });
    return [
        ...(pinned === undefined ? [] : [command("download-extension", downloadExtension(pinned))]),
        command("getting-started", OPEN_GETTING_STARTED),
    ];
}

/** Without the file, the IDE installs the newest version of what is recommended. */
export function downloadExtension({ url, file }: { readonly url: string; readonly file: string }): string {
    const path = `/tmp/${file}`;
    const fetched = `curl -fsSL --retry 3 --connect-timeout 10 --max-time ${DOWNLOAD_SECONDS} -o "${path}.part" "${url}" && mv "${path}.part" "${path}"`;
    return `test -s "${path}" || { ${fetched}; } || echo "${file} was not downloaded"`;
}

/** The IDE opens the page of each folder; a file that the user has changed stays. */
const OPEN_GETTING_STARTED = `test -e "$PROJECTS_ROOT/.code-workspace" || echo '${JSON.stringify({
    folders: [{ name: "Getting started", path: GETTING_STARTED_FOLDER }],
})}' > "$PROJECTS_ROOT/.code-workspace" || true`;
