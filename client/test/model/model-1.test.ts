import { part } from './part.js';

part(1, 2);
