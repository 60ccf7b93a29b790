using System.Text.Json;
using Serverless.Http;
using Serverless.Tasks;
using Serverless.Workflows.References;

namespace Serverless.Workflows.Definitions;

/// <summary>Checks what a definition means: its names, its references, its branches. Child workflows are the registry's.</summary>
internal sealed class DefinitionCheck(
    TaskRegistry tasks, TaskRouter router, IReadOnlyDictionary<string, WorkflowOrchestration> orchestrations, ValidationErrors faults)
{
    /// <summary>Steps are left out: that one is not there is no fault then.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Notes every fault.</summary>
    public void Check(WorkflowDefinition definition)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        foreach (var step in definition.ListSteps())
        {
            count++;
            if (step.Name.Length > 0 && !names.Add(step.Name)) faults.Add($"step {step.Name}", "Another step has the same name.");
        }

        if (count > WorkflowDefinition.MaxSteps)
            faults.Add("steps", $"There are {count} steps; at most {WorkflowDefinition.MaxSteps} are allowed.");
        else CheckSequence(definition.Steps, new Scope([], names));
        CheckWaits(definition);
    }

    // The engine tells events apart whatever the case of their names.
    private void CheckWaits(WorkflowDefinition definition)
    {
        var signals = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var step in definition.ListSteps().Where(s => s.Signal is { Length: > 0 }))
        {
            if (!signals.Add(step.Signal!)) faults.Add($"step {step.Name}: signal", $"Another step waits for '{step.Signal}'.");
            if (step.TimeoutSeconds >= definition.TimeoutSeconds)
                faults.Add(
                    $"step {step.Name}: timeoutSeconds",
                    $"The whole run may take {definition.TimeoutSeconds} s: give the workflow a larger \"timeoutSeconds\" than the step.");
        }
    }

    private void CheckSequence(IReadOnlyList<WorkflowStep> steps, Scope scope)
    {
        foreach (var step in steps)
        {
            CheckStep(step, scope);
            scope.Before.UnionWith(step.WithInner().Select(s => s.Name));
        }
    }

    private void CheckStep(WorkflowStep step, Scope scope)
    {
        var place = $"step {step.Name}";
        switch (step.Type)
        {
            case WorkflowStepType.Task or WorkflowStepType.Map:
                CheckTask(step, place);
                break;
            case WorkflowStepType.Conditional:
                CheckCondition(step, place, scope);
                CheckSequence(step.Then, scope.OpenInner());
                CheckSequence(step.Else, scope.OpenInner());
                break;
            case WorkflowStepType.Parallel:
                foreach (var branch in step.Steps) CheckSequence([branch], scope.OpenInner());
                break;
            case WorkflowStepType.Wait or WorkflowStepType.Approval when step.Condition is { } condition:
                CheckSignal(step, condition, place, scope);
                break;
            case WorkflowStepType.Orchestration when step.Orchestration is { } name && !orchestrations.ContainsKey(name):
                faults.Add(
                    $"{place}: orchestration",
                    $"There is no orchestration '{name}'. There are: " +
                    $"{string.Join(", ", orchestrations.Keys.Order(StringComparer.Ordinal))}.");
                break;
        }

        if (step.Args is { } args)
            CheckReferences(args, $"{place}: args", scope, step.Type == WorkflowStepType.Map ? RunData.Item : null);
        if (step.Items is { } items) CheckReferences(items, $"{place}: items", scope);
        if (step.Default is { } fallback) CheckReferences(fallback, $"{place}: default", scope);
        if (step.Ask is { } ask) CheckReferences(ask, $"{place}: ask", scope);
        if (step.Undo is { } undo) CheckUndo(step, undo, $"{place}: undo", scope.OpenInner());
    }

    private void CheckSignal(WorkflowStep step, string condition, string place, Scope scope)
    {
        if (Expression(condition, $"{place}: condition", scope, RunData.Signal) is not { } expression) return;
        if (!expression.UsesSignal) faults.Add($"{place}: condition", "It does not refer to the payload, which is $.signal.");

        // Whoever decides is told at once what is wrong with it, and decides once.
        if (step.Type == WorkflowStepType.Approval && expression.Steps.Count > 0)
            faults.Add($"{place}: condition", "That of an approval refers to $.signal, $.input and $.run only.");
    }

    // By the time that it runs the step has its result.
    private void CheckUndo(WorkflowStep step, StepUndo undo, string place, Scope scope)
    {
        CheckTask(
            new WorkflowStep
            {
                Name = step.Name,
                Type = WorkflowStepType.Task,
                Task = undo.Task,
                Args = undo.Args,
                Queue = undo.Queue,
                Via = undo.Via,
            }, place);
        scope.Before.Add(step.Name);
        if (undo.Args is { } args) CheckReferences(args, $"{place}.args", scope);
    }

    private void CheckTask(WorkflowStep step, string place)
    {
        if (step.Queue is { } queue && !router.TryFindQueue(queue, out _)) faults.Add($"{place}: queue", $"There is no queue '{queue}'.");
        if (step is { Queue: not null, Via: TaskVia.Activity })
            faults.Add($"{place}: queue", "A task that runs as an activity is in no queue; leave out queue or via.");
        if (step.Task is not { } name) return;
        if (!tasks.TryFind(name, out var definition))
        {
            faults.Add($"{place}: task", $"There is no task '{name}'. There are: {string.Join(", ", tasks.All.Select(t => t.Name))}.");
            return;
        }

        if (step.Args is { } args && Template.HasReferences(args)) CheckNames(definition, args, place);
        else CheckValues(definition, step.Args ?? JsonSerializer.SerializeToElement(new { }), place);
    }

    private void CheckValues(TaskDefinition definition, JsonElement args, string place)
    {
        if (definition.FindMisfit(args) is { } misfit)
            faults.Add($"{place}: args", $"They do not fit the task '{definition.Name}', {misfit}");
    }

    // What a reference gives is known when it runs; what the arguments are called is known now.
    private void CheckNames(TaskDefinition definition, JsonElement args, string place)
    {
        if (definition.ArgumentNames is not { } known || args.ValueKind != JsonValueKind.Object) return;
        foreach (var argument in args.EnumerateObject().Where(a => !known.Contains(a.Name, StringComparer.OrdinalIgnoreCase)))
            faults.Add(
                $"{place}: args.{argument.Name}",
                $"The task '{definition.Name}' has no such argument. It has: {string.Join(", ", known)}.");
    }

    private void CheckCondition(WorkflowStep step, string place, Scope scope)
    {
        if (step.Condition is not { } condition
            || Expression(condition, $"{place}: condition", scope) is not { IsConstant: true }) return;
        faults.Add($"{place}: condition", Constant(condition));
    }

    private static string Constant(string condition)
    {
        try
        {
            var branch = new RunData([]).IsTrue(condition) ? "else" : "then";
            return $"It refers to nothing, so that \"{branch}\" is never run. Paths start with $.input or $.steps.<name>.";
        }
        catch (TaskValidationException e)
        {
            return e.Message;
        }
    }

    private void CheckReferences(JsonElement template, string place, Scope scope, string? local = null)
    {
        foreach (var (path, reference) in Template.ListReferences(template, place)) Expression(reference, path, scope, local);
    }

    // What is known at some places only is named by them.
    private RunExpression? Expression(string text, string place, Scope scope, string? local = null)
    {
        if (!RunExpression.TryParse(text, out var expression, out var fault))
        {
            faults.Add(place, fault);
            return null;
        }

        if (expression.UsesSignal && local != RunData.Signal)
            faults.Add(place, "$.signal is known in the condition of a wait or an approval only.");
        if (expression.UsesItem && local != RunData.Item) faults.Add(place, "$.item is known in the arguments of a map only.");
        foreach (var step in expression.Steps.Where(s => !scope.Before.Contains(s) && !(IsPartial && !scope.All.Contains(s))))
        {
            faults.Add(
                place, scope.All.Contains(step) ? $"The step '{step}' does not come before this one." : $"There is no step '{step}'.");
        }

        return expression;
    }

    /// <summary>The steps that can be referred to from a place.</summary>
    private sealed record Scope(HashSet<string> Before, HashSet<string> All)
    {
        public Scope OpenInner() => this with { Before = new HashSet<string>(Before, StringComparer.Ordinal) };
    }
}
