// Made by types.mjs from /api/openapi.json.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ActionEntry: {
            /** Format: date-time */
            at: string;
            by: string;
            action: string;
            target?: string | null;
            status: number;
        };
        ActionPage: {
            actions: components["schemas"]["ActionEntry"][];
            next?: string | null;
        };
        AlarmCauseView: {
            name: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            told?: string | null;
        };
        AlarmDefinition: {
            /** @enum {unknown} */
            when: "scheduleLate" | "queueAge" | "failureRate";
            schedule?: string | null;
            queue?: string | null;
            task?: string | null;
            after?: string | null;
            above?: number | null;
            times?: number | null;
            minRuns?: number | null;
            within?: string | null;
            quiet?: string | null;
            enabled: boolean;
            emails?: string[] | null;
            webhooks?: string[] | null;
        };
        AlarmPage: {
            alarms: components["schemas"]["AlarmView"][];
        };
        AlarmView: {
            name: string;
            definition: components["schemas"]["AlarmDefinition"];
            isRaised: boolean;
            causes: components["schemas"]["AlarmCauseView"][];
            told: number;
            /** Format: date-time */
            lastTold?: string | null;
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            updated: string;
        };
        ApprovalPage: {
            approvals: components["schemas"]["WaitingApproval"][];
            /** @default null */
            next?: string | null;
        };
        BatchCallbackView: {
            on: string;
            task: string;
            /** @default null */
            taskId?: string | null;
        };
        BatchPage: {
            batches: components["schemas"]["BatchView"][];
            /** @default null */
            next?: string | null;
        };
        BatchView: {
            id: string;
            state: string;
            total: number;
            pending: number;
            succeeded: number;
            failed: number;
            revoked: number;
            /** Format: date-time */
            opened: string;
            description?: string | null;
            parent?: string | null;
            /** Format: date-time */
            closed?: string | null;
            /** Format: date-time */
            completed?: string | null;
            firstFailure?: string | null;
            callbacks: components["schemas"]["BatchCallbackView"][];
            callbackError?: string | null;
        };
        Caller: {
            name: string;
            /** @enum {unknown} */
            role: "read" | "operate";
        };
        CheckOutcome: {
            name: string;
            status: string;
            detail?: string | null;
        };
        ColumnSummary: {
            name: string;
            /** @enum {unknown} */
            type: "string" | "integer" | "number" | "boolean" | "date" | "time" | "datetime" | "year" | "any";
            count: number;
            missing: number;
            minimum?: string | null;
            maximum?: string | null;
            mean?: number | null;
            minLength?: number | null;
            maxLength?: number | null;
        };
        CsvJobPage: {
            jobs: components["schemas"]["CsvJobStatus"][];
            next?: string | null;
        };
        CsvJobProgress: {
            current: number;
            total: number;
            status: string;
            phase: string;
            rejected: number;
            bytes: number;
            totalBytes: number;
            rowsPerSecond: number;
            etaSeconds?: number | null;
            /** @default null */
            strip?: string | null;
            /** @default null */
            maxParallel?: number | null;
            /** @default null */
            maxRejectedRatio?: number | null;
        };
        CsvJobStatus: {
            id: string;
            blob: string;
            /** @enum {unknown} */
            status: "Running" | "Committing" | "Completed" | "Failed" | "Cancelled";
            progress?: components["schemas"]["CsvJobProgress"] | null;
            outputs: components["schemas"]["NamedFile"][];
            error?: string | null;
            total?: number | null;
            accepted?: number | null;
            rejected?: number | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt?: string | null;
            /** @default null */
            warnings?: string[] | null;
            /** @default null */
            mending?: string | null;
            /** @default null */
            mended?: components["schemas"]["MendRound"][] | null;
        };
        CsvLine: {
            id: string;
            path: string;
            state: string;
            rows?: number | null;
            rejected?: number | null;
            seconds?: number | null;
        };
        CsvPreview: {
            delimiter: string;
            encoding: string;
            hasHeader: boolean;
            schema?: unknown;
            inference?: components["schemas"]["InferenceSummary"] | null;
            notes: string[];
            columns: string[];
            rows: components["schemas"]["PreviewRow"][];
            sampled: number;
            rejected: number;
            forecast: components["schemas"]["PreviewForecast"];
        };
        CsvSection: {
            jobs: number;
            completed: number;
            failed: number;
            rows: number;
            rejected: number;
            rowsPerSecond?: number | null;
            largest: components["schemas"]["CsvLine"][];
        };
        DailyReport: {
            /** Format: date */
            date: string;
            /** Format: date-time */
            made: string;
            total: components["schemas"]["RunLine"];
            tasks: components["schemas"]["RunLine"][];
            queues: components["schemas"]["QueueLine"][];
            hours: components["schemas"]["HourLine"][];
            errors: components["schemas"]["ErrorLine"][];
            csv: components["schemas"]["CsvSection"];
            mail?: components["schemas"]["MailSection"] | null;
        };
        DeadLetter: {
            id: string;
            task?: string | null;
            lane: string;
            number: number;
            reason?: string | null;
            description?: string | null;
            /** Format: date-time */
            deadLettered: string;
            /** Format: date-time */
            enqueued?: string | null;
            /** Format: date-time */
            firstFailed?: string | null;
            attempt?: number | null;
            redrives?: number | null;
            tenant?: string | null;
            exceptionType?: string | null;
            stack?: string | null;
            args?: unknown;
            argsBlob?: string | null;
            headers?: {
                [key: string]: string;
            } | null;
            body?: string | null;
        };
        DeadLetterGroup: {
            key: string;
            message: string;
            count: number;
            /** Format: date-time */
            first: string;
            /** Format: date-time */
            last: string;
            lastId: string;
            hours: components["schemas"]["HourCount"][];
            /** @default null */
            task?: string | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            type?: string | null;
        };
        DeadLetterGroupPage: {
            groups: components["schemas"]["DeadLetterGroup"][];
            lookedAt: number;
            /** @default null */
            next?: string | null;
        };
        ErrorLine: {
            error: string;
            runs: number;
        };
        FailedSend: {
            index: number;
            address: string;
            code?: number | null;
            answer: string;
        };
        HandlerView: {
            task: string;
            queue?: string | null;
            maxRetries: number;
            timeoutSeconds: number;
            args?: unknown;
        };
        HealthOverview: {
            status: string;
            checks: components["schemas"]["CheckOutcome"][];
            system: components["schemas"]["SystemHealth"];
            pauses: components["schemas"]["PausedWork"][];
        };
        HealthPeriod: {
            total: number;
            succeeded: number;
            failed: number;
            retried: number;
            revoked: number;
            successRate?: number | null;
            meanMs: number;
        };
        HourCount: {
            /** Format: date-time */
            at: string;
            count: number;
        };
        HourLine: {
            hour: number;
            runs: number;
            failed: number;
        };
        InferenceSummary: {
            records: number;
            columns: components["schemas"]["InferredColumnSummary"][];
        };
        InferredColumnSummary: {
            name: string;
            /** @enum {unknown} */
            type: "string" | "integer" | "number" | "boolean" | "date" | "time" | "datetime" | "year" | "any";
            format: string;
            missing: number;
            missingValues?: string[] | null;
            share?: number | null;
            remark?: string | null;
        };
        InstanceStatus: {
            id: string;
            status: string;
            progress?: unknown;
            output?: unknown;
            error?: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        JobProof: {
            /** @enum {unknown} */
            algorithm: "xxh128" | "sha256";
            bytes: number;
            input: unknown[];
            outputs: components["schemas"]["OutputProof"][];
        };
        JobSummary: {
            rows: number;
            accepted: number;
            rejected: number;
            countsByCode: {
                [key: string]: number;
            };
            topReasons: components["schemas"]["RejectReason"][];
            columns: components["schemas"]["ColumnSummary"][];
            bytes: number;
            durationSeconds: number;
            rowsPerSecond: number;
            chunks: number;
            chunksReadTwice: number;
            /** @default 0 */
            bytesRead: number;
            /** @default 0 */
            reads: number;
            /** @default null */
            reasons?: components["schemas"]["RejectReason"][] | null;
            /** @default null */
            warnings?: string[] | null;
            inference?: components["schemas"]["InferenceSummary"] | null;
            skipped: number;
            notes: string[];
            load?: components["schemas"]["LoadSummary"] | null;
            files?: unknown[] | null;
            mended?: components["schemas"]["MendRound"][] | null;
            proof?: components["schemas"]["JobProof"] | null;
            seal?: string | null;
        };
        LaneStatus: {
            name: string;
            active: number;
            scheduled: number;
            deadLettered: number;
            runsPerMinute: number;
            paused: boolean;
            /** @default null */
            meanMs?: number | null;
            /** @default 0 */
            running: number;
            /** Format: date-time */
            oldest?: string | null;
        };
        LimitPage: {
            limits: components["schemas"]["TaskLimit"][];
        };
        LoadSummary: {
            table: string;
            mode: string;
        };
        MailJobPage: {
            jobs: components["schemas"]["MailJobStatus"][];
            next?: string | null;
        };
        MailJobStatus: {
            id: string;
            template: string;
            recipients: string;
            /** @enum {unknown} */
            status: "Running" | "Completed" | "Failed" | "Cancelled";
            progress?: components["schemas"]["MailProgress"] | null;
            result?: components["schemas"]["MailResult"] | null;
            error?: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt?: string | null;
        };
        MailProgress: {
            current: number;
            total: number;
            successful: number;
            failed: number;
            suppressed: number;
            status: string;
            phase: string;
            inFlight: number[];
        };
        MailResult: {
            total: number;
            successful: number;
            failed: number;
            suppressed: number;
            success_rate: number;
            failed_sends: components["schemas"]["FailedSend"][];
            failed_sends_blob?: string | null;
        };
        MailSection: {
            jobs: number;
            completed: number;
            failed: number;
            sent: number;
            refused: number;
            suppressed: number;
        };
        MendRound: {
            id: string;
            /** Format: date-time */
            at: string;
            by?: string | null;
            /** @default 0 */
            accepted: number;
            /** @default 0 */
            rejected: number;
            /** @default 0 */
            dropped: number;
            /** @default 0 */
            unknown: number;
            /** @default null */
            error?: string | null;
        };
        MinuteSeries: {
            /** Format: date-time */
            from: string;
            succeeded: number[];
            failed: number[];
            retried: number[];
            revoked: number[];
        };
        NamedFile: {
            name: string;
            url?: string | null;
        };
        Notification: {
            id: string;
            /** @enum {unknown} */
            channel: "Webhook" | "Email";
            target: string;
            payload?: unknown;
            subject?: string | null;
            template?: string | null;
            key?: string | null;
            quietHours?: components["schemas"]["QuietHours"] | null;
            /** @enum {unknown} */
            state: "Pending" | "Queued" | "Retrying" | "Delivered" | "Failed";
            /** Format: date-time */
            due: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt?: string | null;
            attempts: number;
            error?: string | null;
        };
        NotificationPage: {
            notifications: components["schemas"]["Notification"][];
            next?: string | null;
        };
        OutputProof: {
            name: string;
            blocks: unknown[];
        };
        PausePage: {
            pauses: components["schemas"]["PausedWork"][];
        };
        PausedWork: {
            kind: string;
            name: string;
            /** Format: date-time */
            since?: string | null;
            /** @default null */
            by?: string | null;
            /** @default null */
            breaker?: string | null;
            /** Format: date-time */
            until?: string | null;
            /** @default false */
            probing: boolean;
        };
        PreviewForecast: {
            records: number;
            rejected: number;
            ranges: number;
            parallel: number;
            memoryBytes: number;
            seconds?: number | null;
        };
        PreviewRow: {
            row: number;
            raw: string;
            clean?: string | null;
            /** @default null */
            field?: string | null;
            /** @default null */
            code?: string | null;
            /** @default null */
            message?: string | null;
        };
        QueueLine: {
            runs: components["schemas"]["RunLine"];
            deadLetters?: number | null;
            waiting?: number | null;
        };
        QueueOperationProgress: {
            phase: string;
            /** @default 0 */
            requeued: number;
            /** @default 0 */
            deleted: number;
            /** @default 0 */
            canaries: number;
            /** @default 0 */
            passed: number;
            /** @default null */
            stopped?: string | null;
        };
        QueueStatus: {
            name: string;
            active: number;
            scheduled: number;
            deadLettered: number;
            runsPerMinute: number;
            maxPriority: number;
            concurrency: number;
            maxDeliveryCount: number;
            requiresSession: boolean;
            lanes: components["schemas"]["LaneStatus"][];
            paused: boolean;
            /** @default null */
            meanMs?: number | null;
            /** @default 0 */
            running: number;
            /** Format: date-time */
            oldest?: string | null;
        };
        QuietHours: {
            /** Format: time */
            from: string;
            /** Format: time */
            to: string;
            timeZone: string;
        };
        RejectReason: {
            code: string;
            field: string;
            count: number;
            row: number;
            line: number;
            message: string;
            /** @default null */
            file?: string | null;
        };
        RunLine: {
            name: string;
            runs: number;
            succeeded: number;
            failed: number;
            retried: number;
            revoked: number;
            successRate?: number | null;
            meanSeconds: number;
            p95Seconds: number;
            maxSeconds: number;
            slowest?: string | null;
        };
        RunPage: {
            runs: components["schemas"]["RunRecord"][];
            next?: string | null;
        };
        RunRecord: {
            id: string;
            workflow: string;
            version: number;
            /** @enum {unknown} */
            status: "pending" | "running" | "suspended" | "undoing" | "completed" | "failed" | "cancelled";
            /** Format: date-time */
            created: string;
            totalSteps: number;
            /** Format: date-time */
            ended?: string | null;
            rerunOf?: string | null;
            rerunFrom?: string | null;
            tags?: string[] | null;
            parent?: string | null;
            input?: components["schemas"]["StoredValue"] | null;
            output?: components["schemas"]["StoredValue"] | null;
            error?: components["schemas"]["StepError"] | null;
        };
        RunView: {
            id: string;
            workflow: string;
            version: number;
            /** @enum {unknown} */
            status: "pending" | "running" | "suspended" | "undoing" | "completed" | "failed" | "cancelled";
            currentStep?: string | null;
            endedSteps: number;
            totalSteps: number;
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            ended?: string | null;
            rerunOf?: string | null;
            rerunFrom?: string | null;
            tags?: string[] | null;
            parent?: string | null;
            input?: unknown;
            inputBlob?: string | null;
            inputUrl?: string | null;
            output?: unknown;
            outputBlob?: string | null;
            outputUrl?: string | null;
            error?: components["schemas"]["StepError"] | null;
            steps: components["schemas"]["StepView"][];
        };
        ScheduleDefinition: {
            cron?: string | null;
            interval?: string | null;
            timeZone: string;
            /** Format: date-time */
            from?: string | null;
            /** Format: date-time */
            until?: string | null;
            task?: string | null;
            args?: unknown;
            queue?: string | null;
            priority: number;
            tenant?: string | null;
            workflow?: string | null;
            input?: unknown;
            enabled: boolean;
            /** @enum {unknown} */
            overlap: "skip" | "queue" | "allow";
            /** @enum {unknown} */
            catchUp: "none" | "last" | "all";
            jitterSeconds: number;
        };
        SchedulePage: {
            schedules: components["schemas"]["ScheduleView"][];
            next?: string | null;
        };
        SchedulePause: {
            /** Format: date-time */
            since: string;
            by?: string | null;
        };
        ScheduleView: {
            name: string;
            definition: components["schemas"]["ScheduleDefinition"];
            nextRuns: string[];
            lastRun?: components["schemas"]["ScheduledRun"] | null;
            waiting: string[];
            started: number;
            skipped: number;
            missed: number;
            failed: number;
            lastError?: string | null;
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            updated: string;
            paused?: components["schemas"]["SchedulePause"] | null;
        };
        ScheduledRun: {
            id: string;
            /** Format: date-time */
            due?: string | null;
            /** Format: date-time */
            started: string;
        };
        StepError: {
            type: string;
            message: string;
            /** @default null */
            step?: string | null;
        };
        StepUndo: {
            task: string;
            args?: unknown;
            retry?: components["schemas"]["WorkflowRetry"] | null;
            queue?: string | null;
            /** @enum {unknown} */
            via: "queue" | "activity";
        };
        StepView: {
            name: string;
            /** @enum {unknown} */
            type: "task" | "parallel" | "conditional" | "map" | "workflow" | "orchestration" | "wait" | "approval";
            /** @enum {unknown} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "skipped" | "undone" | "cancelled";
            /** Format: date-time */
            started?: string | null;
            /** Format: date-time */
            ended?: string | null;
            attempts?: number | null;
            workId?: string | null;
            signal?: string | null;
            /** Format: date-time */
            until?: string | null;
            result?: unknown;
            resultBlob?: string | null;
            resultUrl?: string | null;
            error?: components["schemas"]["StepError"] | null;
            undoId?: string | null;
            takenFrom?: string | null;
        };
        StoredValue: {
            /** @default null */
            json?: unknown;
            /** @default null */
            blob?: string | null;
        };
        SystemHealth: {
            /** Format: date-time */
            at: string;
            instances: number;
            active: number;
            openBreakers: string[];
            hours: number;
            overall: components["schemas"]["HealthPeriod"];
            lastHour: components["schemas"]["HealthPeriod"];
        };
        TaskError: {
            /** @enum {unknown} */
            class?: "Connection" | "Timeout" | "Validation" | "BusinessRule" | "ResourceExhaustion" | "Other" | null;
            type?: string | null;
            message: string;
        };
        TaskExecution: {
            taskId: string;
            task: string;
            lane: string;
            attempt: number;
            /** @enum {unknown} */
            state: "SUCCESS" | "RETRY" | "FAILURE" | "REVOKED";
            /** @enum {unknown} */
            error?: "Connection" | "Timeout" | "Validation" | "BusinessRule" | "ResourceExhaustion" | "Other" | null;
            /** Format: date-time */
            started: string;
            durationMs: number;
            allocatedBytes: number;
        };
        TaskLimit: {
            name: string;
            tasks?: string[] | null;
            queue?: string | null;
            key?: string | null;
            perTenant: boolean;
            concurrency?: number | null;
            /** Format: rate */
            rate?: string | null;
            burst: number;
            weights?: {
                [key: string]: number;
            } | null;
            /** @enum {unknown} */
            source: "stored" | "handler";
        };
        TaskLogContent: {
            dropped: number;
            lines: components["schemas"]["TaskLogLine"][];
            /** @default null */
            traceId?: string | null;
        };
        TaskLogLine: {
            /** Format: date-time */
            time: string;
            level: string;
            attempt: number;
            message: string;
        };
        TaskOperationProgress: {
            /** @default working */
            phase: string;
            /** @default 0 */
            found: number;
            /** @default 0 */
            done: number;
            /** @default 0 */
            passed: number;
        };
        TaskPage: {
            tasks: components["schemas"]["TaskRecord"][];
            next?: string | null;
        };
        TaskProgress: {
            current: number;
            total: number;
            status?: string | null;
        };
        TaskRecord: {
            id: string;
            task?: string | null;
            /** @enum {unknown} */
            state: "PENDING" | "STARTED" | "PROGRESS" | "RETRY" | "SUCCESS" | "FAILURE" | "REVOKED";
            queue?: string | null;
            tenant?: string | null;
            tags?: string[] | null;
            parentId?: string | null;
            workflowId?: string | null;
            batch?: string | null;
            attempt: number;
            redrives: number;
            /** Format: date-time */
            enqueued?: string | null;
            /** Format: date-time */
            started?: string | null;
            /** Format: date-time */
            ended?: string | null;
            /** Format: date-time */
            due?: string | null;
            /** Format: date-time */
            forgotten?: string | null;
            args?: unknown;
            argsBlob?: string | null;
            argsUrl?: string | null;
            argsMissing?: string | null;
            progress?: components["schemas"]["TaskProgress"] | null;
            result?: unknown;
            error?: components["schemas"]["TaskError"] | null;
        };
        TaskStatistics: {
            task: string;
            active: number;
            total: number;
            succeeded: number;
            failed: number;
            retried: number;
            revoked: number;
            successRate?: number | null;
            meanMs: number;
            minimumMs: number;
            maximumMs: number;
            p50Ms: number;
            p95Ms: number;
            p99Ms: number;
            slowest?: string | null;
            /** Format: date-time */
            lastRun?: string | null;
        };
        WaitingApproval: {
            runId: string;
            workflow: string;
            version: number;
            step: string;
            signal: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until?: string | null;
            subject?: string | null;
            message?: string | null;
            details?: {
                [key: string]: string;
            } | null;
        };
        WaitingMessage: {
            id: string;
            lane: string;
            number: number;
            /** @enum {unknown} */
            state: "active" | "deferred" | "scheduled";
            /** Format: date-time */
            enqueued: string;
            deliveries: number;
            bytes: number;
            /** @default null */
            task?: string | null;
            /** Format: date-time */
            due?: string | null;
            /** @default null */
            session?: string | null;
        };
        WorkflowDefinition: {
            name: string;
            version?: number | null;
            description?: string | null;
            timeoutSeconds: number;
            inputSchema?: unknown;
            schedule?: unknown;
            undoOnCancel?: boolean;
            steps: components["schemas"]["WorkflowStep"][];
        };
        WorkflowDetails: {
            definition: components["schemas"]["WorkflowDefinition"];
            versions: components["schemas"]["WorkflowVersion"][];
        };
        WorkflowRetry: {
            maxRetries: number;
            /** @default 60 */
            delaySeconds: number;
            /** @default 2 */
            backoff: number;
        };
        WorkflowStep: {
            name: string;
            /** @enum {unknown} */
            type: "task" | "parallel" | "conditional" | "map" | "workflow" | "orchestration" | "wait" | "approval";
            task?: string | null;
            args?: unknown;
            retry?: components["schemas"]["WorkflowRetry"] | null;
            queue?: string | null;
            /** @enum {unknown} */
            via?: "queue" | "activity";
            condition?: string | null;
            then?: components["schemas"]["WorkflowStep"][];
            else?: components["schemas"]["WorkflowStep"][];
            steps?: components["schemas"]["WorkflowStep"][];
            tolerate?: unknown;
            items?: unknown;
            chunkSize?: number | null;
            maxConcurrency?: number | null;
            workflow?: string | null;
            orchestration?: string | null;
            signal?: string | null;
            timeoutSeconds?: number | null;
            /** @enum {unknown} */
            onTimeout?: "fail" | "continue" | null;
            default?: unknown;
            ask?: unknown;
            /** @enum {unknown} */
            onReject?: "fail" | "continue" | null;
            undo?: components["schemas"]["StepUndo"] | null;
        };
        WorkflowVersion: {
            name: string;
            version: number;
            /** Format: date-time */
            registered: string;
            description?: string | null;
            steps: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
