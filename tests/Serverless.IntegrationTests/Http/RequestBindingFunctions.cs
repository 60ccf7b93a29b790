using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.IntegrationTests.Http;

public static class RequestBindingFunctions
{
    private static int _written;

    public static int Written => Volatile.Read(ref _written);

    [Function("DoorRead")]
    public static string Read([HttpTrigger("get")] HttpRequest request) => "secret";

    [Function("DoorWrite")]
    public static int Write([HttpTrigger("post", "put", "delete")] HttpRequest request) => Interlocked.Increment(ref _written);

    [Function("DoorBody")]
    public static async Task<string> BodyAsync([HttpTrigger("post")] HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    [Function("DoorStatus")]
    public static IResult Status([HttpTrigger("get")] HttpRequest request, int code) => Results.StatusCode(code);

    [Function("DoorFails")]
    public static string Fails([HttpTrigger("get")] HttpRequest request) => throw new InvalidOperationException("secret");
}
