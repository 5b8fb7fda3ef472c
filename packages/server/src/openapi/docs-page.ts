/** The description as a page: what there is, and a form to try each flow. One file, which asks no other host for anything. */
import { createHash } from "node:crypto";

const style = `
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
details{border:1px solid #8884;border-radius:.5rem;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}code,pre,textarea{font:13px/1.45 ui-monospace,monospace}
pre{background:#8881;padding:.6rem;border-radius:.4rem;overflow:auto;max-height:24rem}
textarea{width:100%;min-height:6rem;box-sizing:border-box}b.m{display:inline-block;min-width:3.5rem;text-transform:uppercase}
input{font:inherit}button{font:inherit;margin:.3rem 0}`;

const script = `
const at=location.pathname.replace(/\\/docs\\/?$/,"");const main=document.querySelector("main");const key=document.querySelector("#key");
const make=(tag,text,to)=>{const e=document.createElement(tag);if(text!==undefined)e.textContent=text;to?.append(e);return e};
const headers=()=>key.value?{authorization:"Bearer "+key.value}:{};
async function load(){main.replaceChildren();const r=await fetch(at+"/openapi.json",{headers:headers()});const api=await r.json();
if(!r.ok){make("p",api.detail+" "+(api.hint??""),main);return}
const seen=new Map();for(const[path,methods]of Object.entries(api.paths))for(const[method,op]of Object.entries(methods)){
const tag=op.tags[0];if(!seen.has(tag)){seen.set(tag,make("section",undefined,main));make("h2",tag,seen.get(tag));
const d=api.tags.find(t=>t.name===tag)?.description;if(d)make("p",d,seen.get(tag))}show(seen.get(tag),api,path,method,op)}}
function resolve(api,s){return s&&s.$ref?api.components.schemas[s.$ref.split("/").pop()]:s}
function show(to,api,path,method,op){const d=make("details",undefined,to);const s=make("summary",undefined,d);make("b",method,s).className="m";
make("code",path,s);make("span"," "+op.summary,s);const fields=[];
for(const p of op.parameters??[]){const row=make("p",undefined,d);make("code",p.name+(p.required?"*":""),row);make("span"," ("+p.in+") "+(p.description??"")+" ",row);
const i=make("input",undefined,row);fields.push([p,i])}
const schema=op.requestBody?.content?.["application/json"]?.schema;let body;
if(schema){make("pre",JSON.stringify(resolve(api,schema),null,2),d);body=make("textarea",undefined,d);body.value="{}"}
const go=make("button","Send",d);const out=make("pre",undefined,d);out.hidden=true;
go.onclick=async()=>{let url=path;const q=new URLSearchParams();const h=headers();
for(const[p,i]of fields){if(p.in==="path")url=url.replace("{"+p.name+"}",encodeURIComponent(i.value));else if(i.value&&p.in==="query")q.set(p.name,i.value);else if(i.value)h[p.name]=i.value}
if(body)h["content-type"]="application/json";out.hidden=false;out.textContent="…";
try{const r=await fetch(at+url+(q.size?"?"+q:""),{method:method.toUpperCase(),headers:h,...(body&&{body:body.value})});const t=await r.text();
let shown=t;try{shown=JSON.stringify(JSON.parse(t),null,2)}catch{}out.textContent=r.status+" "+r.statusText+"\\n"+shown}catch(e){out.textContent=String(e)}}}
key.onchange=load;load();`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Only what stands in it may run, and it may talk to this server alone. */
export const docsPolicy = `default-src 'none'; connect-src 'self'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export const docsPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Flows</title>
<style>${style}</style></head><body><h1>Flows</h1>
<p><label>Key <input id="key" type="password" autocomplete="off" placeholder="if the server asks for one"></label></p>
<main></main><script>${script}</script></body></html>
`;
