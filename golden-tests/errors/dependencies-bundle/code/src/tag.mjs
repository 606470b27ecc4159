import { hello } from "greetings";
import { late } from "./late.mjs";

export const handle = () => hello(late);
