/** Cases of the rules about workspaces. */
import { type Case, k, UNKNOWN } from "./case";

const namespace = (user: string) =>
    k("core/v1:NamespacePatch", `workspace-${user}-namespace`, {
        metadata: { name: `wksp-${user}`, annotations: { "che.eclipse.org/username": user } },
    });
const binding = (user: string) =>
    k("rbac.authorization.k8s.io/v1:RoleBinding", `workspace-${user}-edit`, {
        metadata: { name: "workspace-edit", namespace: `wksp-${user}` },
        roleRef: { kind: "ClusterRole", name: "edit" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
    });

export const workspaces: Readonly<Record<string, Case>> = {
    "workspaces-have-limits": {
        good: () => [
            k("workspace.devfile.io/v1alpha2:DevWorkspacePatch", "workspace", {
                metadata: { name: "exercises", namespace: "wksp-ann" },
                spec: {
                    started: false,
                    template: {
                        components: [
                            {
                                name: "tools",
                                container: { image: "registry.redhat.io/a/b:1", cpuLimit: "4", memoryLimit: "6Gi" },
                            },
                        ],
                    },
                },
            }),
        ],
        broken: [
            {
                what: "no limit of memory",
                change: ([w]) => delete w.props.spec.template.components[0].container.memoryLimit,
                says: /^workspace: spec\.template\.components\[0\]\.container\.memoryLimit: there is no limit, so the workspace may use the whole node; set one$/,
            },
            {
                what: "no limit of CPU",
                change: ([w]) => delete w.props.spec.template.components[0].container.cpuLimit,
                says: /^workspace: spec\.template\.components\[0\]\.container\.cpuLimit: there is no limit/,
            },
            {
                what: "a container that is merged into none",
                change: ([w]) =>
                    w.props.spec.template.components.push({
                        name: "more",
                        attributes: { "controller.devfile.io/container-contribution": false },
                        container: { image: "registry.redhat.io/a/b:1", cpuLimit: "1" },
                    }),
                says: /^workspace: spec\.template\.components\[1\]\.container\.memoryLimit: there is no limit/,
            },
            {
                what: "a workspace that is started",
                change: ([w]) => (w.props.spec.started = true),
                says: /^workspace: spec\.started: true starts the workspace for its user; set false$/,
            },
        ],
        accepted: [
            {
                what: "a component without a container",
                change: ([w]) => w.props.spec.template.components.push({ name: "volume", volume: { size: "1Gi" } }),
            },
            {
                what: "a container that is merged into another",
                change: ([w]) =>
                    w.props.spec.template.components.push({
                        name: "assistant",
                        attributes: { "controller.devfile.io/container-contribution": true },
                        container: { image: "registry.redhat.io/a/b:1" },
                    }),
            },
            {
                what: "a limit that is not known",
                change: ([w]) => (w.props.spec.template.components[0].container.memoryLimit = UNKNOWN),
            },
        ],
    },
    "workspaces-are-private": {
        good: () => [
            namespace("ann"),
            binding("ann"),
            k("core/v1:ConfigMap", "continue", {
                metadata: { name: "continue", namespace: "wksp-ann" },
                data: { "config.yaml": "apiKey: ${{ secrets.MAAS_API_KEY }}\n" },
            }),
        ],
        broken: [
            {
                what: "another user",
                change: ([, b]) => (b.props.subjects[0].name = "bob"),
                says: /^workspace-ann-edit: RoleBinding workspace-edit lets User bob into the workspaces of ann, where the user's key and files are; bind ann alone$/,
            },
            {
                what: "a Group beside the user",
                change: ([, b]) => b.props.subjects.push({ kind: "Group", name: "system:authenticated" }),
                says: /lets Group system:authenticated into the workspaces of ann/,
            },
            {
                what: "a Group of the user's name",
                change: ([, b]) => b.props.subjects.push({ kind: "Group", name: "ann" }),
                says: /lets Group ann into the workspaces of ann/,
            },
            {
                what: "an account of another namespace",
                change: ([, b]) => b.props.subjects.push({ kind: "ServiceAccount", name: "ci", namespace: "ci" }),
                says: /lets ServiceAccount ci into the workspaces of ann/,
            },
            {
                what: "a key in the configuration of the assistant",
                change: ([, , c]) => (c.props.data["config.yaml"] = "apiKey: sk-oai-0123456789abcdef0123\n"),
                says: /^continue: ConfigMap continue has a password, token or key in config\.yaml, in plain text in the state; put it into a Secret$/,
            },
        ],
        accepted: [
            {
                what: "an account of the namespace itself",
                change: ([, b]) => b.props.subjects.push({ kind: "ServiceAccount", name: "ci", namespace: "wksp-ann" }),
            },
            {
                what: "an account whose namespace is not known",
                change: ([, b]) => b.props.subjects.push({ kind: "ServiceAccount", name: "ci", namespace: UNKNOWN }),
            },
            {
                what: "a subject whose kind is not known",
                change: ([, b]) => b.props.subjects.push({ kind: UNKNOWN, name: "bob" }),
            },
            {
                what: "a key in a namespace without workspaces",
                change: ([n, , c]) => (
                    delete n.props.metadata.annotations,
                    (c.props.data["config.yaml"] = "apiKey: sk-oai-0123456789abcdef0123\n")
                ),
            },
            {
                what: "a namespace without workspaces",
                change: ([n, b]) => ((b.props.subjects[0].name = "bob"), delete n.props.metadata.annotations),
            },
            { what: "a user who is not known", change: ([, b]) => (b.props.subjects[0].name = UNKNOWN) },
        ],
        silent: /metadata\.(name|namespace|annotations.*)$/,
    },
};
