// What Vite makes of imports of style sheets, workers and pictures.
/// <reference types="vite/client" />
