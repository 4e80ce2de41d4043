import type { Pool } from "../../../catalogue/capacity/model";
import { type Markup, markup } from "../escape";
import { dollars, range } from "../format";
import { groupClass, layerColour } from "../palette";
import { link, type Report } from "./report";

type Range = { readonly min: number; readonly max: number };

const figure = (value: Range | undefined, write?: (n: number) => string): string =>
    value === undefined ? "unknown" : range(value.min, value.max, write);

/** GPUs that models ask for and nodes have, by pool, and what the nodes cost. */
export function gpus(report: Report): Markup {
    const { pools, unplaced, cost } = report.capacity;
    return markup`<section id="gpus"><h2>GPUs and cost</h2>
${
    pools.length === 0 && unplaced.length === 0
        ? markup`<p class="note">This plan has no GPU nodes, and no model that requests GPUs.</p>`
        : markup`<div class="scroll"><table><caption>GPUs: demand of the models and supply of the pool's nodes</caption><thead><tr><th scope="col">Pool</th><th scope="col">Models</th><th scope="col" class="num">Demand</th><th scope="col" class="num">Supply</th><th scope="col">Use</th><th scope="col">Verdict</th></tr></thead>
<tbody>${pools.map((pool) => poolRow(report, pool))}${unplaced.map(
              (
                  model,
              ) => markup`<tr><td class="kind">none</td><td>${link(report, model.urn)}</td><td class="num">${figure(model.gpus)}</td><td></td><td></td><td class="text"><span class="pill warn">not placed</span> ${model.why}</td></tr>
`,
          )}</tbody></table></div>
${memory(pools)}`
}
${
    cost.lines.length > 0 &&
    markup`<h3>Nodes, per month</h3>
<p class="note">${cost.hours} hours at the on-demand price of the region, Linux; prices of ${cost.priceDate}. Disks, traffic, support and the rest of the cluster are not in it.</p>
<div class="scroll"><table><thead><tr><th scope="col">MachineSet</th><th scope="col">Pool</th><th scope="col">Instance type</th><th scope="col">GPUs</th><th scope="col">Region</th><th scope="col" class="num">Nodes</th><th scope="col" class="num">Hour and node</th><th scope="col" class="num">Month</th></tr></thead>
<tbody>${cost.lines.map(
        ({
            nodeSet,
            pool,
            monthly,
        }) => markup`<tr><th scope="row">${link(report, nodeSet.urn)}</th><td>${pool}</td><td><code>${nodeSet.instanceType}</code>${nodeSet.market !== "on-demand" && markup` <span class="pill warn">${nodeSet.market}</span>`}</td><td>${nodeSet.gpusPerNode === undefined ? "unknown" : `${nodeSet.gpusPerNode} × ${nodeSet.gpuModel}`}</td><td>${nodeSet.region ?? "unknown"}</td><td class="num">${figure(nodeSet.nodes)}${nodeSet.autoscaled && " (autoscaled)"}</td><td class="num">${nodeSet.usdPerHour === undefined ? "unknown" : `${nodeSet.market === "spot" ? "at most " : ""}$ ${nodeSet.usdPerHour.toFixed(3)}`}</td><td class="num">${figure(monthly, dollars)}</td></tr>
`,
    )}</tbody><tfoot><tr><th scope="row" colspan="7">Known total</th><td class="num">${figure(cost.total, dollars)}</td></tr></tfoot></table></div>
${cost.unknown.length > 0 && markup`<ul class="note">${cost.unknown.map((text) => markup`<li>${text}</li>`)}</ul>`}
<p class="note">Price source: ${cost.priceSource}</p>`
}</section>`;
}

/** The GPU memory that the models need, where the program states it. */
function memory(pools: readonly Pool[]): Markup | undefined {
    const told = pools.flatMap((pool) => pool.models.filter((model) => model.memory !== undefined));
    return told.length === 0
        ? undefined
        : markup`<ul class="note">${told.map(({ name, memory: needs }) => markup`<li>${name}: ${needs!}</li>`)}</ul>`;
}

function poolRow(report: Report, pool: Pool): Markup {
    return markup`<tr class="${groupClass(layerColour("gpu"))}"><th scope="row">${pool.name}</th><td class="text">${pool.models.map((model, i) => markup`${i > 0 && ", "}${link(report, model.urn)}`)}</td><td class="num">${figure(pool.demand)}</td><td class="num">${figure(pool.supply)}</td><td>${meter(pool)}</td><td class="text">${
        pool.fits ? markup`<span class="pill good">fits</span>` : markup`<span class="pill bad">does not fit</span>`
    } ${pool.remarks.join("; ")}</td></tr>
`;
}

/** Demand as a part of supply: requested GPUs dark, GPUs that always run grey, GPUs that the autoscaler may add light. */
function meter({ supply, demand }: Pool): Markup | undefined {
    if (!supply || !demand) {
        return undefined;
    }
    const whole = Math.max(supply.max, demand.max, 1);
    const width = (n: number): number => Math.round((n / whole) * 1000) / 10;
    return markup`<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${demand.max} of ${supply.max} GPUs"><rect class="all" width="${width(supply.max)}" height="10"/><rect class="more" width="${width(supply.min)}" height="10"/><rect class="used" y="2" width="${width(Math.min(demand.max, supply.max))}" height="6"/>${
        demand.max > supply.max &&
        markup`<rect class="over" x="${width(supply.max)}" y="2" width="${width(demand.max - supply.max)}" height="6"/>`
    }</svg>`;
}
