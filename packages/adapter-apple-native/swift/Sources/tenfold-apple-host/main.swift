import TenfoldApple

await runHost(loaders: [:])
