/** Reads PromQL with Prometheus' own grammar: which series and labels a query asks for. */
import { recordings } from "../catalogue/observability/recordings";
import { metrics, storedSeries } from "../catalogue/observability/metric";
import type { Scope } from "../catalogue/observability/scope";

/** A node of the grammar's tree, as far as it is used here. */
interface Node {
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly firstChild: Node | null;
    readonly nextSibling: Node | null;
    getChild(name: string): Node | null;
}

// The types of the package need those of the generator of its parser, which nothing else uses.
const { parser } = require("@prometheus-io/lezer-promql") as { parser: { parse(text: string): { topNode: Node } } };

/** Labels of all series that are known, by name: those that products export, and those that are recorded. */
export function knownSeries(scope: Scope): ReadonlyMap<string, readonly string[]> {
    return new Map([
        ...metrics.flatMap((metric) => Object.entries(storedSeries(metric))),
        ...recordings(scope).map(({ record, labels }) => [record, labels] as const),
    ]);
}

const children = (node: Node): Node[] => {
    const all: Node[] = [];
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
        all.push(child);
    }
    return all;
};
const ofName = (node: Node, name: string): Node[] => [
    ...(node.name === name ? [node] : []),
    ...children(node).flatMap((child) => ofName(child, name)),
];

/** What a query asks for. */
export interface Asked {
    /** Names of series. */
    readonly series: readonly string[];
    /** Labels that its result may have. */
    readonly labels: readonly string[];
    /** What is wrong with it: it does not parse, or asks for what nobody exports. */
    readonly problems: readonly string[];
}

/** Reads a query. */
export function readQuery(query: string, known: ReadonlyMap<string, readonly string[]>): Asked {
    const top = parser.parse(query).topNode;
    const problems: string[] = [];
    const text = (node: Node): string => query.slice(node.from, node.to);
    const expect = (labels: readonly string[], there: readonly string[], where: string): void => {
        for (const label of labels) {
            if (!there.includes(label)) {
                problems.push(`${where} has no label ${label}`);
            }
        }
    };
    const grouping = (node: Node | null): string[] => (node === null ? [] : ofName(node, "LabelName").map(text));
    const matched = (selector: Node): string[] =>
        ofName(selector, "LabelMatchers").flatMap((all) => ofName(all, "LabelName").map(text));
    const labelsOf = (node: Node): readonly string[] => {
        switch (node.name) {
            case "VectorSelector": {
                const name = text(node.getChild("Identifier")!);
                const labels = known.get(name);
                if (labels === undefined) {
                    problems.push(`nobody exports ${name}`);
                    return matched(node);
                }
                expect(matched(node), labels, name);
                return labels;
            }
            case "AggregateExpr": {
                const inner = labelsOf(node.getChild("FunctionCallBody")!);
                const by = grouping(node.getChild("AggregateModifier"));
                expect(by, inner, text(node));
                return /^(topk|bottomk)/.test(text(node)) ? inner : by;
            }
            case "FunctionCall": {
                const inner = labelsOf(node.getChild("FunctionCallBody")!);
                const called = text(node.getChild("FunctionIdentifier")!);
                if (called === "histogram_quantile") {
                    expect(["le"], inner, text(node));
                    return inner.filter((label) => label !== "le");
                }
                if (called === "label_replace") {
                    const [target, , source] = ofName(node, "StringLiteral")
                        .slice(-4)
                        .map((literal) => text(literal).slice(1, -1));
                    expect([source!], inner, text(node));
                    return [...inner, target!];
                }
                return called === "absent" ? ofName(node, "VectorSelector").flatMap(matched) : inner;
            }
            case "BinaryExpr": {
                const [left, right] = children(node).filter((child) => /Expr|Selector|Call|Literal/.test(child.name)) as [
                    Node,
                    Node,
                ];
                const [a, b] = [labelsOf(left), labelsOf(right)];
                const on = node.getChild("MatchingModifierClause");
                const included = on === null ? [] : ofName(on, "GroupingLabels").slice(1).flatMap(grouping);
                if (on !== null) {
                    const matched = grouping(on).filter((label) => !included.includes(label));
                    expect(matched, a, text(left));
                    expect([...matched, ...included], b, text(right));
                }
                if (left.name.includes("Literal")) {
                    return b;
                }
                return node.getChild("Or") === null ? [...a, ...included] : [...new Set([...a, ...b])];
            }
            default:
                return children(node).flatMap(labelsOf);
        }
    };
    if (ofName(top, "⚠").length > 0) {
        return { series: [], labels: [], problems: [`does not parse: ${query}`] };
    }
    const labels = labelsOf(top);
    return { series: ofName(top, "VectorSelector").map((node) => text(node.getChild("Identifier")!)), labels, problems };
}
