import { part } from './part.js';

part(2, 2);
