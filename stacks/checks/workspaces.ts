/** Checks of workspaces against tiers and models. */
import { quantityOf } from "../../catalogue/models/quantity";
import { rawAddress } from "../../catalogue/workspaces/devfile";
import { workspaceNamespace } from "../../catalogue/workspaces/names";
import type { SettingsProblem } from "../problem";
import type { DevfileSettings } from "../schema/devfile";
import { workspacesSchema } from "../schema/workspaces";
import { namesOf, unknownNameProblem } from "./entries";

/** Commands that each workspace has, and that of the IDE. */
const OWN_COMMANDS: readonly string[] = [
    "download-extension",
    "getting-started",
    "init-container-command",
    "init-che-code-command",
];

/** Components that each workspace has, those of the IDE and of Dev Spaces among them. */
const OWN_COMPONENTS: readonly string[] = [
    "maas-assistant",
    "continue-state",
    "che-code-injector",
    "che-code-runtime-description",
    "checode",
    "persistent-home",
    "init-persistent-home",
];

/**
 * Problems of `workspaces`: tiers, models and devfiles that do not exist.
 *
 * @param given what stands under `maas:settings`, whether or not it follows the schema
 */
export function workspacesProblems(given: unknown): SettingsProblem[] {
    const settings = given as {
        release?: unknown;
        workspaces?: unknown;
        tiers?: unknown;
        identity?: { users?: unknown };
        models?: unknown;
        externalModels?: unknown;
    };
    const workspaces = workspacesSchema.safeParse(settings.workspaces).data;
    if (workspaces === undefined) {
        return [];
    }
    const tiers = namesOf(settings.tiers);
    const models = [...namesOf(settings.models), ...namesOf(settings.externalModels)];
    return [
        ...(tiers.length > 0
            ? []
            : [
                  {
                      path: "workspaces",
                      message: "there are no tiers, so no user may call a model; expected tiers, or no workspaces",
                  },
              ]),
        ...(workspaces.tiers ?? []).flatMap((tier, i) =>
            tiers.length === 0 || tiers.includes(tier) ? [] : [unknownNameProblem(`workspaces.tiers[${i}]`, tier, "tier", tiers)],
        ),
        ...Object.keys(workspaces.assistant.roles).flatMap((model) =>
            models.includes(model) ? [] : [unknownNameProblem(`workspaces.assistant.roles.${model}`, model, "model", models)],
        ),
        ...devfileProblems(workspaces.devfile),
        ...sharedNamespaces(settings.identity?.users),
        ...(["cpu", "memory"] as const).flatMap((key) =>
            (workspaces.devfile?.containers ?? []).flatMap((container, i) => {
                const [given, limit] = [container[key], workspaces[key].limit];
                return given === undefined || quantityOf(given) <= quantityOf(limit)
                    ? []
                    : [
                          {
                              path: `workspaces.devfile.containers[${i}].${key}`,
                              message: `${given} is more than workspaces.${key}.limit, ${limit}, which no container may exceed`,
                          },
                      ];
            }),
        ),
        ...(["cpu", "memory"] as const).flatMap((key) => {
            const { request, limit } = workspaces[key];
            return quantityOf(request) > quantityOf(limit)
                ? [{ path: `workspaces.${key}.limit`, message: `${limit} is less than the request, ${request}` }]
                : [];
        }),
    ];
}

/** Users whose workspaces would be in one namespace: a name may look like that of another with its hash. */
function sharedNamespaces(users: unknown): SettingsProblem[] {
    const owners = new Map<string, string>();
    return (Array.isArray(users) ? users : []).flatMap((user: { name?: unknown } | null, i) => {
        const name = user?.name;
        if (typeof name !== "string") {
            return [];
        }
        const namespace = workspaceNamespace(name);
        const other = owners.get(namespace);
        owners.set(namespace, other ?? name);
        return other === undefined || other === name
            ? []
            : [
                  {
                      path: `identity.users[${i}].name`,
                      message: `the workspaces of ${JSON.stringify(name)} and of ${JSON.stringify(other)} would share namespace ${namespace}; expected another name`,
                  },
              ];
    });
}

/** A devfile in git whose address as a file is not known, and commands with names of the program's own. */
function devfileProblems(devfile: DevfileSettings | undefined): SettingsProblem[] {
    if (devfile === undefined) {
        return [];
    }
    const { repository, revision, path, containers = [], commands } = devfile;
    return [
        ...(repository === undefined || rawAddress(repository, revision, path) !== undefined
            ? []
            : [
                  {
                      path: "workspaces.devfile.repository",
                      message: `how ${new URL(repository).hostname} serves a file is not known; expected a repository of github.com, gitlab.* or bitbucket.org, or url with the address of the devfile itself`,
                  },
              ]),
        ...containers.flatMap(({ name }, i) =>
            OWN_COMPONENTS.includes(name)
                ? [
                      {
                          path: `workspaces.devfile.containers[${i}].name`,
                          message: `"${name}" is a component of each workspace; expected another name`,
                      },
                  ]
                : [],
        ),
        ...commands.flatMap(({ id }, i) =>
            OWN_COMMANDS.includes(id)
                ? [
                      {
                          path: `workspaces.devfile.commands[${i}].id`,
                          message: `"${id}" is a command that the program adds; expected another name`,
                      },
                  ]
                : [],
        ),
    ];
}
