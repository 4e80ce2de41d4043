/** Traps of a code assistant that is installed by hand, sprung: docs/traps.json, from T-39 on. */
import { parse } from "yaml";

import { DEV_SPACES_NAMESPACE, workspaceNamespace } from "../catalogue/workspaces/names";
import { program } from "../index";
import { DevWorkspacePatch } from "../kinds/workspace.devfile.io";
import { openIdSchema } from "../stacks/schema/identityProviders";
import { identitySchema } from "../stacks/schema/identity";
import { deploy, type Deployment } from "./deployment";
import { type Draft, shipped } from "./settings";

const USERS = ["ann", "Ann@Example.com", "ann@example.com", "A".repeat(63), "a".repeat(63)];
let deployment: Deployment;
beforeAll(async () => {
    const settings = shipped("code-assistant", (s) => {
        s.observability = { ...s.observability, grafana: {} };
        s.identity = { ...s.identity, users: USERS.map((name) => ({ name, tier: "free" })), readers: undefined };
    });
    deployment = await deploy(program, {
        stack: "code-assistant",
        preview: true,
        config: { "maas:settings": JSON.stringify(settings) },
    });
    expect(deployment.errors).toEqual([]);
});

const all = (kind: string): Draft[] => deployment.all(`kubernetes:${kind}`).map(({ inputs }) => inputs as Draft);
const workspaces = (): Draft[] => all("workspace.devfile.io/v1alpha2:DevWorkspacePatch");

it("T-39: nobody enters Grafana without a login, nobody is an administrator, and its datasource checks certificates", () => {
    const [{ spec }] = all("grafana.integreatly.org/v1beta1:Grafana") as [Draft];
    expect(spec.config["auth.anonymous"]?.enabled ?? "false").toBe("false");
    expect(JSON.stringify(spec.config)).not.toMatch(/"(org_role|auto_assign_org_role)":"Admin"/);
    const [datasources] = all("core/v1:ConfigMap").filter(
        (c) => c.metadata.namespace === "maas-grafana" && c.data?.["metrics.yaml"],
    );
    const read = parse(datasources.data["metrics.yaml"]) as { datasources: { url: string; jsonData: Draft }[] };
    expect(read.datasources.map(({ url }) => new URL(url).protocol)).toEqual(["https:"]);
    expect(read.datasources[0]!.jsonData.tlsSkipVerify ?? false).toBe(false);
});

it("T-40: no Secret waits for a ServiceAccount to give it a token", () => {
    const types = all("core/v1:Secret").map(({ type }) => type);
    expect(types.length).toBeGreaterThan(0);
    expect(types).not.toContain("kubernetes.io/service-account-token");
});

it("T-41: the editor is where Dev Spaces is, and no workspace begins started", () => {
    const [che] = all("org.eclipse.che/v2:CheCluster");
    expect(che.metadata.namespace).toBe(DEV_SPACES_NAMESPACE);
    expect(workspaces()).toHaveLength(USERS.length);
    for (const { spec } of workspaces()) {
        expect(new URL(spec.contributions[0].uri).hostname.split(".")[1]).toBe(che.metadata.namespace);
        expect(spec.started).toBe(false);
        const { body } = DevWorkspacePatch.definition;
        expect(body.safeParse({ spec }).success).toBe(true);
        expect(body.safeParse({ spec: { ...spec, started: true } }).success).toBe(false);
    }
});

it("T-42: each user has a namespace of one's own with the exact name at login", () => {
    const namespaces = all("core/v1:NamespacePatch").filter(({ metadata }) => metadata.annotations["che.eclipse.org/username"]);
    expect(namespaces.map(({ metadata }) => metadata.annotations["che.eclipse.org/username"])).toEqual(USERS);
    const names = namespaces.map(({ metadata }) => metadata.name as string);
    expect(names).toEqual(USERS.map(workspaceNamespace));
    expect(new Set(names).size).toBe(USERS.length);
    names.forEach((name) => expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/));
});

it("T-43: containers of workspaces have limits, also those that state none", () => {
    for (const { spec } of workspaces()) {
        const [tools, assistant] = spec.template.components;
        expect(tools.container).toMatchObject({ cpuLimit: "4", memoryLimit: "6Gi" });
        // It is merged into the container of the IDE, and adds nothing to its limits.
        expect(assistant.attributes["controller.devfile.io/container-contribution"]).toBe(true);
        expect(assistant.container).not.toHaveProperty("memoryLimit");
    }
    const [che] = all("org.eclipse.che/v2:CheCluster");
    expect(che.spec.devEnvironments.defaultContainerResources.limits).toEqual({ cpu: "4", memory: "6Gi" });
    const ranges = all("core/v1:LimitRange").filter(({ metadata }) => metadata.name === "workspace");
    expect(ranges).toHaveLength(USERS.length);
    ranges.forEach(({ spec }) =>
        expect(spec.limits[0]).toMatchObject({
            default: { cpu: "4", memory: "6Gi" },
            // With what the IDE adds to its container.
            max: { cpu: "4500m", memory: "7168Mi" },
        }),
    );
});

it("T-44: the assistant has its configuration, its key and its extension at the first start, and the key is renewed", () => {
    const mountedIn = (namespace: string): Record<string, string> =>
        Object.fromEntries(
            [...all("core/v1:ConfigMap"), ...all("core/v1:Secret")]
                .filter(({ metadata }) => metadata.namespace === namespace)
                .filter(({ metadata }) => metadata.labels?.["controller.devfile.io/mount-to-devworkspace"] === "true")
                .map(({ metadata }) => [
                    metadata.name,
                    metadata.annotations["controller.devfile.io/mount-path"] ??
                        metadata.annotations["controller.devfile.io/mount-as"],
                ]),
        );
    USERS.forEach((user) =>
        expect(mountedIn(workspaceNamespace(user))).toEqual({
            continue: "/home/user/.continue",
            "getting-started": "/home/user/getting-started",
            "maas-api-key": "env",
        }),
    );
    const commands = workspaces().map(({ spec }) => spec.template.events.postStart);
    commands.forEach((ids) => expect(ids).toContain("download-extension"));
    // The folder of a file that is mounted belongs to root, and Continue writes beside its configuration.
    workspaces().forEach(({ spec }) =>
        expect(spec.template.components[1].container.volumeMounts).toEqual([
            { name: "continue-state", path: "/home/user/.continue" },
        ]),
    );
    expect(all("batch/v1:CronJob").map(({ metadata }) => metadata.name)).toContain("workspace-keys");
});

it("T-45: no setting holds the secret of a client or a password", () => {
    const client = { name: "sso", issuer: "https://sso.example.com/realms/sso", clientId: "ocp" };
    expect(openIdSchema.safeParse({ ...client, clientSecret: { secret: "sso-client" } }).success).toBe(true);
    expect(openIdSchema.safeParse({ ...client, clientSecret: "abcdefghijkl" }).success).toBe(false);
    const user = { name: "ann", tier: "free" };
    expect(identitySchema.safeParse({ users: [user] }).success).toBe(true);
    expect(identitySchema.safeParse({ users: [{ ...user, password: "openshift" }] }).success).toBe(false);
});

it("T-46: the IDE and Continue know the authorities that Dev Spaces mounts, those of the gateway among them", () => {
    const file = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem";
    for (const { spec } of workspaces()) {
        const env = spec.template.components[1].container.env as { name: string; value: string }[];
        expect(env).toContainEqual({ name: "NODE_EXTRA_CA_CERTS", value: file });
    }
    const configs = all("core/v1:ConfigMap").filter(({ metadata }) => metadata.name === "continue");
    expect(configs).toHaveLength(USERS.length);
    for (const { data } of configs) {
        const { models } = parse(data["config.yaml"]) as { models: { requestOptions: { caBundlePath: string[] } }[] };
        models.forEach(({ requestOptions }) => expect(requestOptions.caBundlePath).toContain(file));
    }
    const [trusted] = all("core/v1:ConfigMap").filter(({ metadata }) => metadata.name === "maas-authorities");
    expect(trusted.metadata).toMatchObject({
        namespace: DEV_SPACES_NAMESPACE,
        labels: { "app.kubernetes.io/part-of": "che.eclipse.org", "app.kubernetes.io/component": "ca-bundle" },
    });
});
