/** Settings to begin with, and what is told of wrong ones. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { parseSettings, SettingsError } from "../stacks/settings";

/** Settings as a file has them: not checked yet, and free to be made wrong. */
export type Draft = any;

/** What a cluster is said to be where it does not matter. */
export const CLUSTER = {
    domain: "apps.x.example.com",
    region: "us-east-2",
    infrastructureName: "x-1",
    ami: "ami-0123456789abcdef0",
    zones: ["us-east-2a"],
};

/** The settings of a stack that ships, with a change made in place: a copy of one's own. */
export function shipped(stack: string, change: (settings: Draft) => unknown = () => undefined): Draft {
    const file = parse(readFileSync(path.join(__dirname, `../stacks/Pulumi.${stack}.yaml`), "utf8"));
    const settings = file.config["maas:settings"];
    change(settings);
    return settings;
}

/** Settings with the first of their models alone, in place. */
export function withOneModel<T extends { models: { name: string }[]; tiers: { models: string[] }[] }>(settings: T): T {
    const [first] = settings.models;
    settings.models = [first!];
    settings.tiers.forEach((tier) => (tier.models = [first!.name]));
    return settings;
}

/** `path: message` of each problem; empty when the settings are accepted. @param folder of the project, for files they name */
export function problemsOf(settings: Draft, folder?: string): string[] {
    try {
        parseSettings("test", settings, folder);
        return [];
    } catch (error) {
        if (error instanceof SettingsError) {
            return error.problems.map((problem) => `${problem.path}: ${problem.message}`);
        }
        throw error;
    }
}

/** Adds an external model `gpt` of OpenAI to the settings, and to their first tier, in place. */
export function withExternalModel(settings: Draft): void {
    settings.externalModels = [
        { name: "gpt", providers: [{ provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "s" }] },
    ];
    settings.tiers[0].models.push("gpt");
}
