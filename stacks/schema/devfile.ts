/** `workspaces.devfile`: what a workspace consists of beside the IDE. Source: docs/sources/workspaces.md#devfiles. */
import { z } from "zod";

import { dnsLabel, quantity } from "../../kinds/common";

/** An https address that holds no credentials. */
export const publicAddress = z
    .string()
    .regex(/^https:\/\/[^\s@]+$/, "expected an https address without credentials, such as https://github.com/acme/exercises.git");

const variable = z.strictObject({
    name: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable such as LOG_LEVEL")
        .describe("Name."),
    value: z.string().describe("Value. No secret: use a Secret that Dev Spaces mounts."),
});

const container = z
    .strictObject({
        name: dnsLabel.describe("Name of the component."),
        image: z.string().min(1).optional().describe("Image. Default `workspaces.image`."),
        cpu: quantity.optional().describe("Limit of CPU. Default `workspaces.cpu.limit`."),
        memory: quantity.optional().describe("Limit of memory. Default `workspaces.memory.limit`."),
        env: z.array(variable).default([]).describe("Environment variables. Default: none."),
        ports: z
            .array(z.number().int().min(1).max(65535))
            .default([])
            .describe("Ports that the IDE opens to the user. Default: none."),
    })
    .describe("A container of the workspace.");

const command = z
    .strictObject({
        id: dnsLabel.describe("Name of the command."),
        component: dnsLabel.optional().describe("Container that it runs in. Default: the first."),
        commandLine: z.string().min(1).describe("What the shell of the container runs."),
        workingDir: z.string().min(1).optional().describe("Folder. Default: that of the container."),
        group: z.enum(["build", "run", "test", "debug", "deploy"]).optional().describe("Group in the IDE. Default: none."),
    })
    .describe("A command that the IDE offers.");

export const devfileSchema = z
    .strictObject({
        repository: publicAddress.optional().describe("Git repository with a devfile. Default: none."),
        revision: z
            .string()
            .regex(/^[\w./-]+$/, "expected a branch, a tag or a commit, such as main")
            .default("main")
            .describe("Branch, tag or commit of it. Default main."),
        path: z
            .string()
            .regex(/^[\w./-]+$/, "expected a path in the repository, such as exercises/devfile.yaml")
            .default("devfile.yaml")
            .describe("Path of the devfile in it. Default devfile.yaml."),
        url: publicAddress
            .optional()
            .describe(
                "Address of a devfile, for git servers other than github.com, gitlab.* and bitbucket.org, whose addresses of files the program knows. Default: none.",
            ),
        component: dnsLabel
            .optional()
            .describe(
                "Container of that devfile in which the IDE and the assistant run. Default: the one that the devfile marks, or its first.",
            ),
        containers: z
            .array(container)
            .min(1)
            .optional()
            .describe("Containers, the IDE's own first, instead of a devfile in git. Default: one of `workspaces.image`."),
        commands: z.array(command).default([]).describe("Commands of these containers. Default: none."),
        postStart: z.array(dnsLabel).default([]).describe("Commands that run when the workspace has started. Default: none."),
    })
    .superRefine(({ repository, url, component, containers = [], commands, postStart }, context) => {
        const issue = (path: PropertyKey[], message: string): void => void context.addIssue({ code: "custom", path, message });
        const given = [repository !== undefined, url !== undefined, containers.length > 0].filter(Boolean).length;
        if (given !== 1) {
            issue([], `expected one of repository, url and containers, got ${given === 0 ? "none" : given}`);
        }
        const inGit = repository !== undefined || url !== undefined;
        if (inGit && (commands.length > 0 || postStart.length > 0)) {
            issue([commands.length > 0 ? "commands" : "postStart"], "belongs to containers; a devfile in git has its own");
        }
        if (!inGit && component !== undefined) {
            issue(["component"], "names a container of a devfile in git; of containers, the IDE runs in the first");
        }
        const names = containers.map(({ name }) => name);
        names.forEach((name, i) => {
            if (names.indexOf(name) !== i) {
                issue(["containers", i, "name"], `${JSON.stringify(name)} is the name of another container; expected another`);
            }
        });
        commands.forEach(({ component: of }, i) => {
            if (of !== undefined && !names.includes(of)) {
                issue(["commands", i, "component"], `${JSON.stringify(of)} is no container; expected one of ${names.join(", ")}`);
            }
        });
        const ids = commands.map(({ id }) => id);
        ids.forEach((id, i) => {
            if (ids.indexOf(id) !== i) {
                issue(["commands", i, "id"], `${JSON.stringify(id)} is the id of another command; expected another`);
            }
        });
        postStart.forEach((id, i) => {
            if (!ids.includes(id)) {
                issue(["postStart", i], `${JSON.stringify(id)} is no command; expected one of ${ids.join(", ") || "none"}`);
            }
        });
    })
    .optional()
    .describe(
        "What a workspace consists of: a devfile in a git repository at a revision, which Dev Spaces reads at each start, or containers. Default: one container of `workspaces.image`.",
    );

export type DevfileSettings = NonNullable<z.output<typeof devfileSchema>>;
