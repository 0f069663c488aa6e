declare module 'oracledb' {
  const driver: import('./driver.ts').Driver
  export default driver
}
