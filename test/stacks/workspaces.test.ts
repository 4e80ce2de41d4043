/** What settings of workspaces are refused, and what a plan with workspaces contains. */
import { parse } from "yaml";

import { workspaceNamespace } from "../../catalogue/workspaces/names";
import { program } from "../../index";
import { deploy } from "../deployment";
import { type Draft, problemsOf, shipped } from "../settings";

const problems = (change: (settings: Draft) => void, stack = "code-assistant"): string[] => problemsOf(shipped(stack, change));

describe("refused", () => {
    it.each<[string, (settings: Draft) => void, string]>([
        [
            "a tier that does not exist",
            (s) => (s.workspaces.tiers = ["free", "enterprize"]),
            'workspaces.tiers[1]: "enterprize" is not a tier; expected one of free, premium, enterprise; did you mean "enterprise"?',
        ],
        [
            "roles of a model that does not exist",
            (s) => (s.workspaces.assistant = { roles: { "gpt-oss-20": ["chat"] } }),
            'workspaces.assistant.roles.gpt-oss-20: "gpt-oss-20" is not a model; expected one of gpt-oss-20b, nemotron-3-nano-30b-a3b; did you mean "gpt-oss-20b"?',
        ],
        [
            "a renewal after the end",
            (s) => (s.workspaces.keys = { days: 7 }),
            "workspaces.keys.renewDays: expected fewer days than the key is valid (7), got 7",
        ],
        [
            "a limit below the request",
            (s) => (s.workspaces.memory = { limit: "1Gi" }),
            "workspaces.memory.limit: 1Gi is less than the request, 2Gi",
        ],
        [
            "credentials in the address of the repository",
            (s) => (s.workspaces.repository.url = "https://me:x@git.example.com/a.git"),
            "workspaces.repository.url: expected an https address without credentials",
        ],
        [
            "a devfile of a git server whose addresses are not known",
            (s) => (s.workspaces.devfile = { repository: "https://git.example.com/acme/tools.git" }),
            "workspaces.devfile.repository: how git.example.com serves a file is not known; expected a repository of github.com, gitlab.* or bitbucket.org, or url with the address of the devfile itself",
        ],
        [
            "a devfile in git and containers",
            (s) => (s.workspaces.devfile = { url: "https://git.example.com/devfile.yaml", containers: [{ name: "dev" }] }),
            "workspaces.devfile: expected one of repository, url and containers, got 2",
        ],
        [
            "commands of a devfile in git",
            (s) =>
                (s.workspaces.devfile = {
                    url: "https://git.example.com/devfile.yaml",
                    commands: [{ id: "build", commandLine: "make" }],
                }),
            "workspaces.devfile.commands: belongs to containers; a devfile in git has its own",
        ],
        [
            "a command of a container that does not exist",
            (s) =>
                (s.workspaces.devfile = {
                    containers: [{ name: "dev" }],
                    commands: [{ id: "build", component: "tools", commandLine: "make" }],
                }),
            'workspaces.devfile.commands[0].component: "tools" is no container; expected one of dev',
        ],
        [
            "a command with a name of the program's own",
            (s) =>
                (s.workspaces.devfile = {
                    containers: [{ name: "dev" }],
                    commands: [{ id: "getting-started", commandLine: "make" }],
                }),
            'workspaces.devfile.commands[0].id: "getting-started" is a command that the program adds; expected another name',
        ],
        [
            "a container with a name of the program's own",
            (s) => (s.workspaces.devfile = { containers: [{ name: "maas-assistant" }] }),
            'workspaces.devfile.containers[0].name: "maas-assistant" is a component of each workspace; expected another name',
        ],
        [
            "a container that may have more than any",
            (s) => (s.workspaces.devfile = { containers: [{ name: "dev", memory: "8Gi" }] }),
            "workspaces.devfile.containers[0].memory: 8Gi is more than workspaces.memory.limit, 6Gi, which no container may exceed",
        ],
        [
            "a command after the start that does not exist",
            (s) => (s.workspaces.devfile = { containers: [{ name: "dev" }], postStart: ["seed"] }),
            'workspaces.devfile.postStart[0]: "seed" is no command; expected one of none',
        ],
        [
            "a version of the extension that is a word",
            (s) => (s.workspaces.assistant = { version: "latest" }),
            "workspaces.assistant.version: expected a version such as 1.3.38",
        ],
        [
            "two users whose workspaces would share a namespace",
            (s) =>
                (s.identity = {
                    users: ["Ann@Example.com", workspaceNamespace("Ann@Example.com").slice("wksp-".length)].map((name) => ({
                        name,
                        tier: "free",
                    })),
                }),
            'identity.users[1].name: the workspaces of "ann-example-com-',
        ],
        [
            "models in the namespace of a user's workspaces",
            (s) => (s.modelsNamespace = "wksp-free-user"),
            'modelsNamespace: "wksp-free-user" belongs to the workspaces of a user',
        ],
    ])("%s", (_, change, message) => {
        const found = problems(change);
        expect(found).toHaveLength(1);
        expect(found[0]).toContain(message);
    });

    it("a stack without tiers", () => {
        const found = problems((s) => {
            s.workspaces = {};
            s.tiers = [];
            s.identity = {};
            s.gateway = { inference: {} };
        });
        expect(found.join("\n")).toContain("workspaces: there are no tiers, so no user may call a model");
    });
});

it.each(["llm-d", "maas-tutorial", "tiers-3.3"])(
    "%s can have workspaces: each user has one, with the models of the tier",
    async (stack) => {
        const settings = shipped(stack, (s) => {
            s.workspaces = {};
            s.identity = { users: s.tiers.map(({ name }: Draft) => ({ name: `user-of-${name}`, tier: name })) };
        });
        const plan = await deploy(program, { stack, preview: true, config: { "maas:settings": JSON.stringify(settings) } });
        expect(plan.errors).toEqual([]);
        const inputs = (type: string): Draft[] => plan.all(`kubernetes:${type}`).map((resource) => resource.inputs as Draft);
        expect(inputs("org.eclipse.che/v2:CheCluster")).toHaveLength(1);
        expect(inputs("workspace.devfile.io/v1alpha2:DevWorkspacePatch")).toHaveLength(settings["tiers"].length);
        const configs = inputs("core/v1:ConfigMap").filter(({ metadata }) => metadata.name === "continue");
        expect(configs.map(({ data }) => (parse(data["config.yaml"]) as { models: unknown[] }).models.length > 0)).toEqual(
            settings["tiers"].map(() => true),
        );
    },
);

it.each(["code-assistant", "production"])("%s has workspaces", (stack) => {
    expect(shipped(stack).workspaces).toBeDefined();
});

it("names of all kinds get namespaces of their own", () => {
    expect(
        problems((s) => {
            s.identity.users = ["Ann", "ann", "ann@example.com", "a".repeat(63), "A".repeat(63)].map((name) => ({
                name,
                tier: "free",
            }));
            s.identity.store = "none";
            delete s.identity.vault;
        }),
    ).toEqual([]);
});
