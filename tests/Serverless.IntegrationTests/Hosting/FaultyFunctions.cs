using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Hosting;

public interface INobodyRegisters;

/// <summary>One fault each.</summary>
public static class FaultyFunctions
{
    [Function("NoTrigger")]
    public static void NoTrigger(string text) => _ = text;

    [Function("TwoTriggers")]
    public static void TwoTriggers([TimerTrigger("0 * * * * *")] TimerInfo timer, [ActivityTrigger] string input) => _ = (timer, input);

    [Function("BodyAsTrigger")]
    public static void BodyAsTrigger([HttpTrigger] Uri body) => _ = body;

    [Function("UnknownParameter")]
    public static void UnknownParameter([HttpTrigger] HttpRequest request, INobodyRegisters service) => _ = (request, service);

    [Function("ClientOfAnotherType")]
    public static void ClientOfAnotherType([HttpTrigger] HttpRequest request, [DurableClient] string client) => _ = (request, client);

    [Function("BadRoute")]
    public static void BadRoute([HttpTrigger(Route = "a/{b")] HttpRequest request) => _ = request;

    [Function("ReservedRoute")]
    public static void ReservedRoute([HttpTrigger(Route = "/Admin/queues")] HttpRequest request) => _ = request;

    [Function("BadSchedule")]
    public static void BadSchedule([TimerTrigger("daily")] TimerInfo timer) => _ = timer;

    [Function("NoSetting")]
    public static void NoSetting([TimerTrigger("%Nowhere%")] TimerInfo timer) => _ = timer;

    [Function("ContextIsAString")]
    public static void ContextIsAString([OrchestrationTrigger] string context) => _ = context;

    [Function("bad name")]
    public static void BadName([ActivityTrigger] string input) => _ = input;

    [Function("AsyncVoid")]
    public static async void AsyncVoid([ActivityTrigger] string input) => await Task.FromResult(input);

    [Function("NotPublic")]
    internal static void NotPublic([ActivityTrigger] string input) => _ = input;

    [Function("Same")]
    public static void Same([ActivityTrigger] string input) => _ = input;

    [Function("same")]
    public static void SameAgain([ActivityTrigger] string input) => _ = input;

    [Function("Entity")]
    public static Task Entity([EntityTrigger] TaskEntityDispatcher dispatcher) => Task.FromResult(dispatcher);

    [Function("Route1")]
    public static void Route1([HttpTrigger("get", Route = "same")] HttpRequest request) => _ = request;

    [Function("Route2")]
    public static void Route2([HttpTrigger("post", "get", Route = "Same")] HttpRequest request) => _ = request;

    [Function("Route3")]
    public static void Route3([HttpTrigger("delete", Route = "same")] HttpRequest request) => _ = request;

    [Function("RightOne")]
    public static Task RightOne(
        [OrchestrationTrigger] TaskOrchestrationContext context, string input, [DurableClient] DurableTaskClient client) =>
        Task.FromResult((context, input, client));
}

public sealed class FaultyClass(INobodyRegisters service)
{
    [Function("NeedsAService")]
    public void NeedsAService([ActivityTrigger] string input) => _ = (service, input);
}

public sealed class FaultyConstructors(string text)
{
    public FaultyConstructors() : this("") { }

    [Function("HasTwoConstructors")]
    public void HasTwoConstructors([ActivityTrigger] string input) => _ = (text, input);
}
