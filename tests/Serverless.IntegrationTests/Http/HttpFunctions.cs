using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Serverless.IntegrationTests.Http;

public sealed record Person(string Name, int Age);

/// <summary>Something a function needs.</summary>
public sealed class Greeter(string greeting)
{
    public string Greet(string name) => $"{greeting}, {name}";
}

/// <summary>One an invocation, disposed with it.</summary>
public sealed class PerInvocation : IDisposable
{
    private static int _disposed;

    public static int Disposed => Volatile.Read(ref _disposed);

    public Guid Id { get; } = Guid.NewGuid();

    public void Dispose() => Interlocked.Increment(ref _disposed);
}

public sealed class HttpFunctions(Greeter greeter, PerInvocation scoped)
{
    [Function("Greet")]
    public IResult Greet([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
        Results.Text(greeter.Greet(request.Query["name"]!));

    [Function("Scope")]
    public IResult Scope([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, FunctionContext context) =>
        Results.Text(
            $"{scoped.Id == context.InstanceServices.GetRequiredService<PerInvocation>().Id} " +
            $"{scoped.Id == request.HttpContext.RequestServices.GetRequiredService<PerInvocation>().Id}");

    [Function("Item")]
    public static string Item(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}/{name?}")] HttpRequest request, int id, string? name,
        Guid? tag, DateTime? at, int page = 1) =>
        FormattableString.Invariant($"{id} {name ?? "null"} {tag?.ToString() ?? "null"} {at?.Year} {page}");

    [Function("Files")]
    public static string Files(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "files/{*path}")] HttpRequest request, string path) => path;

    [Function("PutItem")]
    public static async Task<IActionResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "items/{id:int}/{name?}")] HttpRequest request, int id,
        [FromBody] Person person)
    {
        await Task.Yield();
        return new OkObjectResult(new { id, person.Name, person.Age });
    }

    [Function("Poco")]
    public static Person Poco([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new("é", 3);

    [Function("Nothing")]
    public static Task Nothing([HttpTrigger("post")] HttpRequest request) => Task.CompletedTask;

    [Function("Status")]
    public static IResult Status([HttpTrigger("get")] HttpRequest request, int code) => Results.StatusCode(code);

    [Function("Fails")]
    public static string Fails([HttpTrigger("get")] HttpRequest request) => throw new InvalidOperationException("secret");

    [Function("FailsLate")]
    public static async Task FailsLate([HttpTrigger("get")] HttpRequest request)
    {
        await request.HttpContext.Response.WriteAsync("begun");
        await request.HttpContext.Response.Body.FlushAsync();
        throw new InvalidOperationException("secret");
    }

    [Function("Hash")]
    public static async Task<string> Hash([HttpTrigger("post")] HttpRequest request, CancellationToken cancellation) =>
        Convert.ToHexString(await SHA256.HashDataAsync(request.Body, cancellation));

    [Function("Context")]
    public static string Context([HttpTrigger("get", Route = "context/{part}")] HttpRequest request, FunctionContext context) =>
        $"{context.FunctionDefinition.Name} {context.BindingContext.BindingData["part"]} {context.GetHttpContext() is not null} " +
        $"{context.FunctionDefinition.InputBindings["request"].Type}";
}
