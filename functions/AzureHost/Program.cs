using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Serverless;
using Serverless.Access;
using Serverless.AzureHost;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<ProblemMiddleware>();
builder.UseMiddleware<AccessMiddleware>();
UnwrappingExecutor.Register(builder.Services);
builder.Services
    .AddServerless(builder.Configuration)
    .AddTelemetryExport(builder.Configuration);
await builder.Build().RunAsync();
