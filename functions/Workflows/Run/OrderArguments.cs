using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Makes the arguments of an order: loads what it refers to, and puts what came before into the first argument.</summary>
internal sealed class OrderArguments(RunBlobs blobs, TaskRegistry registry)
{
    /// <summary>The arguments.</summary>
    /// <exception cref="TaskValidationException">A reference cannot be evaluated, or there is no first argument.</exception>
    /// <exception cref="UnknownTaskException">There is no such task.</exception>
    public async Task<JsonElement> ResolveAsync(TaskRequest order, CancellationToken cancellationToken)
    {
        if (!registry.TryFind(order.Task, out var definition)) throw new UnknownTaskException(order.Task, registry.All.Select(d => d.Name));
        var args = order.Args ?? JsonSerializer.SerializeToElement(new { });
        if (Template.HasReferences(args)) args = new RunData(await blobs.LoadAsync(order.Values, cancellationToken)).Resolve(args);
        return order.First is { } first ? WithFirst(definition, args, await blobs.LoadAsync(first, cancellationToken)) : args;
    }

    /// <summary>
    /// The arguments with a value in the place of the first: the first member of the handler's type, or all of it when it has none.
    /// </summary>
    /// <exception cref="TaskValidationException">The arguments are no object.</exception>
    public static JsonElement WithFirst(TaskDefinition definition, JsonElement args, JsonElement first)
    {
        if (definition.ArgumentNames is not [var name, ..]) return first;
        if (args.ValueKind != JsonValueKind.Object)
            throw new TaskValidationException($"The arguments of '{definition.Name}' are no object.");
        var changed = JsonObject.Create(args)!;
        changed[name] = JsonSerializer.SerializeToNode(first);
        return JsonSerializer.SerializeToElement(changed);
    }
}
