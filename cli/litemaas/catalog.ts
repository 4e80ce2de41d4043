/**
 * The workshop that an item of the Red Hat Demo Platform's catalog orders, in the form of AgnosticV and Babylon: variables of the role
 * that creates virtual keys. Source: rhpds/rhpds.litellm_virtual_keys@9f4977a:roles/ocp4_workload_litellm_virtual_keys/defaults/main.yml.
 */
import { parse } from "yaml";

import { type WorkshopSettings, workshopSchema } from "../../stacks/schema/workshops";
import { RefusalError } from "../exit";

const ROLE = "ocp4_workload_litellm_virtual_keys";

/** Problems of missing or unreadable parts, one line each. */
class Problems {
    readonly lines: string[] = [];
    constructor(private readonly values: Readonly<Record<string, unknown>>) {}

    /** The first of the variables that is set. */
    read(names: readonly string[]): { readonly name: string; readonly value: unknown } | undefined {
        const name = names.find((one) => this.values[one] !== undefined && this.values[one] !== null);
        if (name === undefined) {
            return undefined;
        }
        const value = this.values[name];
        if (JSON.stringify(value).includes("{{")) {
            this.lines.push(`${name}: is a template, ${JSON.stringify(value)}; expected its value`);
            return undefined;
        }
        return { name, value };
    }
}

/** The default of a parameter of the catalog item's form. */
function parameterDefault(values: Readonly<Record<string, unknown>>, name: string): unknown {
    const meta = values["__meta__"] as { catalog?: { parameters?: unknown } } | undefined;
    const parameters = meta?.catalog?.parameters;
    const found = Array.isArray(parameters)
        ? (parameters as { name?: unknown; openAPIV3Schema?: { default?: unknown } }[]).find((one) => one.name === name)
        : undefined;
    return found?.openAPIV3Schema?.default;
}

/**
 * Reads the workshop of a catalog item: a key for each user, which lasts for a duration from the first run on.
 *
 * @param file its name, for messages
 * @param guid of the order, if the file does not have it
 * @throws RefusalError naming all variables that are missing or wrong
 */
export function catalogWorkshop(text: string, file: string, guid: string | undefined): WorkshopSettings {
    const values = readVariables(text, file);
    const problems = new Problems({
        num_users: parameterDefault(values, "num_users"),
        ...values,
        ...(guid !== undefined && { guid }),
    });
    const order = problems.read(["guid"])?.value;
    if (order === undefined) {
        problems.lines.push("guid: is missing; expected the id of the order, there or with --guid");
    }
    const models = problems.read([`${ROLE}_models`]);
    if (!Array.isArray(models?.value)) {
        problems.lines.push(`${ROLE}_models: is missing; expected a list of models (what #include brings is not read)`);
    }
    const users = Number(problems.read([`${ROLE}_user_count`, "ocp4_workload_user_count", "num_users"])?.value ?? 1);
    const base = String(problems.read([`${ROLE}_user_base`, "ocp4_workload_user_base"])?.value ?? "user");
    const docling = problems.read([`${ROLE}_include_docling`])?.value === true;
    const doclingModel = String(problems.read([`${ROLE}_docling_model`])?.value ?? "Docling");
    const budget = problems.read([`${ROLE}_max_budget`])?.value;
    const duration = String(problems.read([`${ROLE}_duration`])?.value ?? "30d");
    const read = workshopSchema.safeParse({
        name: `virtkey-${String(order ?? "x")}`,
        participants: Array.from(
            { length: Number.isInteger(users) ? Math.min(Math.max(users, 0), 5000) : 0 },
            (_, i) => `${base}${i + 1}`,
        ),
        models: [...new Set([...((models?.value as unknown[] | undefined) ?? ["x"]), ...(docling ? [doclingModel] : [])])],
        ...(budget !== undefined && { budget: Number(budget) }),
        duration,
    });
    const lines = [
        ...problems.lines,
        ...(read.error?.issues ?? []).map(({ path, message }) => `${variableOf(String(path[0]))}: ${message}`),
    ];
    if (read.data === undefined || lines.length > 0) {
        throw new RefusalError(
            [
                `${file} has ${lines.length === 1 ? "a problem" : `${lines.length} problems`}:`,
                ...lines.map((line) => `  ${line}`),
            ].join("\n"),
        );
    }
    return read.data;
}

function variableOf(field: string): string {
    const names: Record<string, string> = {
        name: "guid",
        participants: "num_users",
        models: `${ROLE}_models`,
        budget: `${ROLE}_max_budget`,
        duration: `${ROLE}_duration`,
    };
    return names[field] ?? field;
}

function readVariables(text: string, file: string): Readonly<Record<string, unknown>> {
    let read: unknown;
    try {
        read = parse(text);
    } catch (error) {
        throw new RefusalError(`${file} is no YAML: ${(error as Error).message.split("\n")[0]!}`);
    }
    if (typeof read !== "object" || read === null || Array.isArray(read)) {
        throw new RefusalError(`${file} holds no variables; expected the common.yaml of a catalog item.`);
    }
    return read as Record<string, unknown>;
}
