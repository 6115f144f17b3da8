import { playAll } from './playAll';
import { interruptions } from './scenarios/interruptions';

playAll('soak-interruptions', interruptions);
