/** Loops that are easy to draw badly. Every step returns a text; `g` leads back by `again`. */
import { and, each, Flow, listen, or, route, router, start } from "millrace";

/** The last of the labels that there are; for the compiler, any of them. */
const last = <A extends string, B extends string>(_: A, label: B): A | B => label;
const again = () => route(last("again", "end"), "");

export class Heard extends Flow {
  @start() s() {
    return "s";
  }
  @listen(or("s", "b", "again")) a(_: string) {
    return "a";
  }
  @listen("a") b() {
    return "b";
  }
  @listen(or("a", "b")) c(_: string) {
    return "c";
  }
  @router("c", { routes: ["again", "end"] }) g() {
    return again();
  }
}

export class FastSlow extends Flow {
  @start() s() {
    return "s";
  }
  @listen(or("s", "again")) h(_: string) {
    return "h";
  }
  @listen("h") fast() {
    return "fast";
  }
  @listen("h") slow() {
    return "slow";
  }
  @listen(or("fast", "slow")) pick(_: string) {
    return "pick";
  }
  @router("pick", { routes: ["again", "end"] }) g() {
    return again();
  }
}

export class BesideTheLoop extends Flow {
  @start() s() {
    return "s";
  }
  @listen(or("s", "again")) h(_: string) {
    return "h";
  }
  @router("h", { routes: ["again", "end"] }) g() {
    return again();
  }
  @listen("h") fast() {
    return "fast";
  }
  @listen("h") slow() {
    return "slow";
  }
  @listen(or("fast", "slow")) pick(_: string) {
    return "pick";
  }
}

export class TwoEntrances extends Flow {
  @start() begin() {
    return "s";
  }
  @listen(or("begin", "again")) one(_: string) {
    return "1";
  }
  @listen(or("begin", "again")) two(_: string) {
    return "2";
  }
  @router(and("one", "two"), { routes: ["again", "end"] }) g() {
    return again();
  }
}

export class TwoLoopsIntoOne extends Flow {
  @start() s() {
    return "s";
  }
  @router(or("s", "left again"), { routes: ["left again", "left done"] }) left(_: string) {
    return route(last("left again", "left done"), "");
  }
  @router(or("s", "right again"), { routes: ["right again", "right done"] }) right(_: string) {
    return route(last("right again", "right done"), "");
  }
  @listen(each("left done", "right done")) both(_: string) {
    return "both";
  }
}

export class Nested extends Flow {
  @start() s() {
    return "s";
  }
  @listen(or("s", "outer again")) outer(_: string) {
    return "o";
  }
  @listen(or("outer", "inner again")) inner(_: string) {
    return "i";
  }
  @router("inner", { routes: ["inner again", "inner done"] }) innerGate() {
    return route(last("inner again", "inner done"), "");
  }
  @router("inner done", { routes: ["outer again", "end"] }) outerGate() {
    return route(last("outer again", "end"), "");
  }
  @listen("end") finish() {
    return "f";
  }
}

export class Itself extends Flow {
  @start() s() {
    return "s";
  }
  @router(or("s", "again"), { routes: ["again", "end"] }) g(_: string) {
    return again();
  }
  @listen("end") finish() {
    return "f";
  }
}
